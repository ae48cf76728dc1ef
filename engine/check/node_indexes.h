// engine/check/node_indexes.h
#pragma once
// What indexes, bitmaps and columns must hold according to the node records, and the comparison with what
// they hold. Private to this room.

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/check/checker.h"
#include "engine/graph/record.h"
#include "engine/index/bitmap_index.h"

namespace xinpu::engine {

/// Unique and range indexes. Keeps a 64-bit hash a key: two different keys of one node pass for equal once in
/// 2^64.
class KeyCheck {
public:
    explicit KeyCheck(Checker& check);
    void add(std::uint32_t id, const NodeRecord& record);
    void finish();

private:
    struct Expected {
        const IndexDefinition* index;
        IdArray<std::uint64_t> keys;  ///< by node: hash of its stored key, 0 = none or already found
    };
    void compare(Expected& expected);
    Checker& check_;
    std::vector<Expected> indexes_;
};

class ColumnCheck {
public:
    explicit ColumnCheck(Checker& check);
    void add(std::uint32_t id, const NodeRecord& record);
    void finish();

private:
    struct Expected {
        const IndexDefinition* index;
        IdArray<std::int32_t> slots{kSlotAbsent};  ///< by node; absent once found
    };
    void compareGroup(Expected& expected, std::uint32_t group, Bytes slots, const std::string& where);
    Checker& check_;
    std::vector<Expected> columns_;
};

/// Bitmaps of labels, values and dates, slice by slice: nodes come by ascending id.
class BitmapCheck {
public:
    explicit BitmapCheck(Checker& check);
    void add(std::uint32_t id, const NodeRecord& record);
    void finish();

private:
    struct Family {
        BitmapFamily number = 0;
        const IndexDefinition* index = nullptr;  ///< null: the labels
        std::string name;
        std::unordered_map<std::string, std::vector<std::uint16_t>> values;  ///< of the current slice
    };
    void finishSlice();
    /// Compares the containers of slices [next_, slice]; only `slice` is expected to have any.
    void compareFamily(Family& family, std::uint64_t slice);
    void compareContainer(const Family& family, std::uint32_t slice, Bytes container,
                          const std::vector<std::uint16_t>& ids);
    void findUndeclared();

    Checker& check_;
    std::vector<Family> families_;
    std::uint32_t slice_ = 0;
    std::uint64_t next_ = 0;  ///< first slice that is not compared yet
};

}  // namespace xinpu::engine
