// engine/journal/payload.h
#pragma once
// What a journal entry hashes: the changes of one transaction, readable without the catalogue.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/journal/digest.h"
#include "engine/store/table.h"
#include "engine/value/value.h"

namespace xinpu::engine {

/// One logical change. Records are given whole, as they are after the transaction.
struct JournalChange {
    enum class Kind : std::uint8_t {
        PutNode = 1,
        DeleteNode = 2,
        PutRelationship = 3,
        DeleteRelationship = 4,
        Schema = 5,  ///< `text` describes the declaration
        File = 6,    ///< a loaded file: `text` its name, `digest` its SHA-256
    };
    Kind kind = Kind::PutNode;
    std::uint32_t id = 0;
    std::vector<std::string> labels;  ///< PutNode
    std::string type;                 ///< PutRelationship
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    std::vector<std::pair<std::string, Value>> properties;
    std::string text;
    Digest digest{};
};

/// Writes changes one after another; names stand once, in the order of their first use.
class PayloadWriter {
public:
    void putNode(std::uint32_t id, const std::vector<std::string_view>& labels,
                 const std::vector<std::pair<std::string_view, const Value*>>& properties);
    void deleteNode(std::uint32_t id);
    void putRelationship(std::uint32_t id, std::string_view type, std::uint32_t start, std::uint32_t end,
                         const std::vector<std::pair<std::string_view, const Value*>>& properties);
    void deleteRelationship(std::uint32_t id);
    void schema(std::string_view text);
    void file(std::string_view name, const Digest& digest);
    std::string take() { return std::move(bytes_); }

private:
    void name(std::string_view text);
    void properties(const std::vector<std::pair<std::string_view, const Value*>>& list);
    std::string bytes_ = std::string(1, '\x01');  // Version. (Braces would make two characters of it.)
    std::vector<std::string> names_;
    std::uint32_t last_id_ = 0;
};

/// All changes of a payload; nothing on damage.
std::optional<std::vector<JournalChange>> decodePayload(Bytes bytes) noexcept;

}  // namespace xinpu::engine
