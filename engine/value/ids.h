// engine/value/ids.h
#pragma once
// The numbers by which the engine names things. All are dense and never used again once given out.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace xinpu::engine {

/// A number of one kind; two kinds never mix by accident.
template <typename Tag, typename Number>
struct StrongId {
    using Raw = Number;
    Number value = std::numeric_limits<Number>::max();

    constexpr StrongId() noexcept = default;
    constexpr explicit StrongId(Number number) noexcept : value(number) {}
    /// False for the default, which names nothing.
    constexpr bool valid() const noexcept { return value != std::numeric_limits<Number>::max(); }
    friend constexpr auto operator<=>(const StrongId&, const StrongId&) noexcept = default;
};

using NodeId = StrongId<struct NodeTag, std::uint32_t>;
using RelId = StrongId<struct RelTag, std::uint32_t>;
using LabelId = StrongId<struct LabelTag, std::uint32_t>;  ///< of the catalogue
using TypeId = StrongId<struct TypeTag, std::uint32_t>;    ///< relationship type, of the catalogue
using KeyId = StrongId<struct KeyTag, std::uint32_t>;      ///< property key, of the catalogue
using IndexId = StrongId<struct IndexTag, std::uint32_t>;  ///< unique, range, bitmap or adjacency index

/// Which end of a relationship the node is: Out = it starts there.
enum class Direction : std::uint8_t { Out = 0, In = 1, Both = 2 };
/// As seen from the other end.
constexpr Direction turned(Direction direction) noexcept {
    return direction == Direction::Out ? Direction::In : direction == Direction::In ? Direction::Out : Direction::Both;
}

}  // namespace xinpu::engine

template <typename Tag, typename Number>
struct std::hash<xinpu::engine::StrongId<Tag, Number>> {
    std::size_t operator()(const xinpu::engine::StrongId<Tag, Number>& id) const noexcept {
        return std::hash<Number>{}(id.value);
    }
};
