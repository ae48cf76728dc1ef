// engine/value/node_set.h
#pragma once
// A set of nodes, as the index room answers "which ids?".

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/value/ids.h"

namespace xinpu::engine {

/// Kept as a sorted list of ids where they are few for their span, as a bitset where they are many; the
/// choice is made anew after every operation and does not show. At most 4 bytes an id, or 1 bit an id of the
/// span.
///
/// Threads: immutable after it is made, apart from assignment.
class NodeSet {
public:
    NodeSet() noexcept = default;
    /// Any order, repeated ones count once.
    static NodeSet fromIds(std::vector<NodeId> ids);
    /// Ascending, each once: asserted.
    static NodeSet fromSorted(std::vector<NodeId> ids);
    /// Bit b of word w is node 64 * (firstWord + w) + b.
    static NodeSet fromWords(std::uint32_t firstWord, std::vector<std::uint64_t> words);
    /// Nodes first .. end - 1.
    static NodeSet fromRange(NodeId first, NodeId end);

    std::size_t count() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    bool contains(NodeId node) const noexcept;

    /// Ascending.
    template <typename Visit>
    void forEach(Visit&& visit) const {
        for (const NodeId node : ids_) {
            visit(node);
        }
        for (std::size_t w = 0; w < words_.size(); ++w) {
            for (std::uint64_t word = words_[w]; word != 0; word &= word - 1) {
                const auto bit = static_cast<std::uint32_t>(std::countr_zero(word));
                visit(NodeId{(firstWord_ + static_cast<std::uint32_t>(w)) * 64U + bit});
            }
        }
    }
    std::vector<NodeId> toVector() const;

    /// In both.
    friend NodeSet operator&(const NodeSet& a, const NodeSet& b);
    /// In either.
    friend NodeSet operator|(const NodeSet& a, const NodeSet& b);
    /// In a but not in b.
    friend NodeSet andNot(const NodeSet& a, const NodeSet& b);
    friend bool operator==(const NodeSet& a, const NodeSet& b) noexcept;

private:
    bool dense() const noexcept { return !words_.empty(); }
    std::uint64_t word(std::uint32_t index) const noexcept;
    std::uint32_t firstWord() const noexcept;  // of either form; not for the empty set
    std::uint32_t lastWord() const noexcept;
    void addTo(std::vector<std::uint64_t>& words, std::uint32_t first) const;
    void settle();

    std::size_t count_ = 0;
    std::vector<NodeId> ids_;           // sorted; empty where dense
    std::uint32_t firstWord_ = 0;       // of the bitset
    std::vector<std::uint64_t> words_;  // first and last word not zero; empty where sparse
};

NodeSet andNot(const NodeSet& a, const NodeSet& b);

}  // namespace xinpu::engine
