// query/procedures/options.h
#pragma once
// The map of options that a graph.* procedure takes: names, types and bounds checked, one sentence each.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace xinpu::query {

/// Reads one call's options. A null value counts as absent. Messages name procedure and option.
///
/// Lifetime: borrows the map. Errors: Type, InvalidArgumentType (a value of another kind); Argument,
/// UnknownOption, MissingOption or NumberOutOfRange.
class Options {
public:
    /// @throws Error(Type) `map` is no map; Error(Argument, UnknownOption) a name that is not among `known`
    Options(std::string_view procedure, const engine::Value& map,
            std::initializer_list<std::string_view> known);

    bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
    /// A text that must be given.
    std::string_view text(std::string_view name) const;
    std::optional<std::string_view> optionalText(std::string_view name) const;
    /// A whole number from 0 to `most` that must be given.
    std::uint32_t count(std::string_view name, std::uint32_t most) const;
    /// A number that is neither negative nor NaN; null if absent.
    engine::Value number(std::string_view name) const;
    /// As a decimal number; the fewest digits that read back as a float.
    engine::Decimal decimal(std::string_view name, const engine::Decimal& otherwise) const;
    /// A Date, or a text of exactly YYYY-MM-DD.
    std::optional<engine::Date> date(std::string_view name) const;
    /// 'both', 'out' or 'in', as far as allowed.
    engine::Direction direction(bool both_allowed, engine::Direction otherwise) const;

    [[noreturn]] void refuse(std::string_view name, std::string_view what) const;
    /// @throws Error(Argument, MissingOption) unless it is given
    void require(std::string_view name) const;

private:
    const engine::Value* find(std::string_view name) const noexcept;
    [[noreturn]] void wrongType(std::string_view name, std::string_view wanted) const;

    std::string procedure_;
    const engine::Value* map_;
};

}  // namespace xinpu::query
