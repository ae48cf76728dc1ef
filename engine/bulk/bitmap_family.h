// engine/bulk/bitmap_family.h
#pragma once
// What a bulk load keeps of bitmaps and columns until nodes are done: (id, value) pairs, values by number.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/bulk/external_sort.h"

namespace xinpu::engine {

struct IdValue {
    std::uint32_t id;
    std::uint32_t value;
};
/// By id alone: what belongs to one id may come in any order.
struct IdValueOrder {
    static constexpr unsigned kWords = 1;
    static std::uint32_t word(const IdValue& item, unsigned) noexcept { return item.id; }
};
using IdValueSort = ExternalSort<IdValue, IdValueOrder>;

/// The bitmaps of one family: values by number.
struct Family {
    explicit Family(std::unique_ptr<IdValueSort> sort) : items(std::move(sort)) {}
    std::unique_ptr<IdValueSort> items;
    std::vector<std::string> values;
    std::unordered_map<std::string, std::uint32_t> numbers;

    std::uint32_t number(std::string_view value) {
        const auto [at, fresh] =
            numbers.try_emplace(std::string(value), static_cast<std::uint32_t>(values.size()));
        if (fresh) {
            values.emplace_back(value);
        }
        return at->second;
    }
};

}  // namespace xinpu::engine
