// engine/value/node_set.cpp
// Set operations on sorted lists and bitsets of nodes, in any mixture.

#include "engine/value/node_set.h"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace xinpu::engine {
namespace {

constexpr std::uint32_t kBitsPerWord = 64;
// A list costs 32 bits an id, a bitset one bit an id of the span.
constexpr std::uint64_t kListBitsPerId = 32;

std::size_t countBits(std::span<const std::uint64_t> words) noexcept {
    std::size_t count = 0;
    for (const std::uint64_t word : words) {
        count += static_cast<std::size_t>(std::popcount(word));
    }
    return count;
}

}  // namespace

NodeSet NodeSet::fromIds(std::vector<NodeId> ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return fromSorted(std::move(ids));
}

NodeSet NodeSet::fromSorted(std::vector<NodeId> ids) {
    assert(std::adjacent_find(ids.begin(), ids.end(), [](NodeId a, NodeId b) { return a >= b; }) ==
           ids.end());
    NodeSet out;
    out.count_ = ids.size();
    out.ids_ = std::move(ids);
    out.settle();
    return out;
}

NodeSet NodeSet::fromWords(std::uint32_t firstWord, std::vector<std::uint64_t> words) {
    NodeSet out;
    out.firstWord_ = firstWord;
    out.count_ = countBits(words);
    out.words_ = std::move(words);
    out.settle();
    return out;
}

NodeSet NodeSet::fromRange(NodeId first, NodeId end) {
    if (first >= end) {
        return {};
    }
    const std::uint32_t firstWord = first.value / kBitsPerWord;
    const std::uint32_t lastWord = (end.value - 1) / kBitsPerWord;
    std::vector<std::uint64_t> words(lastWord - firstWord + 1, ~std::uint64_t{0});
    words.front() &= ~std::uint64_t{0} << (first.value % kBitsPerWord);
    words.back() &= ~std::uint64_t{0} >> (kBitsPerWord - 1 - (end.value - 1) % kBitsPerWord);
    return fromWords(firstWord, std::move(words));
}

bool NodeSet::contains(NodeId node) const noexcept {
    if (dense()) {
        return ((word(node.value / kBitsPerWord) >> (node.value % kBitsPerWord)) & 1U) != 0;
    }
    return std::binary_search(ids_.begin(), ids_.end(), node);
}

std::vector<NodeId> NodeSet::toVector() const {
    if (!dense()) {
        return ids_;
    }
    std::vector<NodeId> out;
    out.reserve(count_);
    forEach([&out](NodeId node) { out.push_back(node); });
    return out;
}

std::uint64_t NodeSet::word(std::uint32_t index) const noexcept {
    return index >= firstWord_ && index - firstWord_ < words_.size() ? words_[index - firstWord_] : 0;
}

std::uint32_t NodeSet::firstWord() const noexcept {
    return dense() ? firstWord_ : ids_.front().value / kBitsPerWord;
}

std::uint32_t NodeSet::lastWord() const noexcept {
    return dense() ? firstWord_ + static_cast<std::uint32_t>(words_.size() - 1)
                   : ids_.back().value / kBitsPerWord;
}

void NodeSet::addTo(std::vector<std::uint64_t>& words, std::uint32_t first) const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
        words[firstWord_ - first + w] |= words_[w];
    }
    for (const NodeId node : ids_) {
        words[node.value / kBitsPerWord - first] |= std::uint64_t{1} << (node.value % kBitsPerWord);
    }
}

// Trims a bitset and takes the smaller of the two forms, so equal sets lie equal in memory.
void NodeSet::settle() {
    if (count_ == 0) {
        *this = NodeSet();
        return;
    }
    if (!dense()) {
        const std::uint32_t first = firstWord();
        const std::uint64_t span = std::uint64_t{lastWord()} - first + 1;
        if (span * kBitsPerWord < count_ * kListBitsPerId) {
            std::vector<std::uint64_t> words(span);
            addTo(words, first);
            words_ = std::move(words);
            firstWord_ = first;
            ids_ = {};
        }
        return;
    }
    const auto isUsed = [](std::uint64_t word) { return word != 0; };
    const auto first = std::find_if(words_.begin(), words_.end(), isUsed);
    const auto last = std::find_if(words_.rbegin(), words_.rend(), isUsed).base();
    firstWord_ += static_cast<std::uint32_t>(first - words_.begin());
    words_.erase(last, words_.end());
    words_.erase(words_.begin(), first);
    if (words_.size() * kBitsPerWord >= count_ * kListBitsPerId) {
        ids_ = toVector();
        words_ = {};
        firstWord_ = 0;
    }
}

NodeSet operator&(const NodeSet& a, const NodeSet& b) {
    if (a.dense() && b.dense()) {
        const std::uint32_t first = std::max(a.firstWord_, b.firstWord_);
        const std::size_t end = std::min(a.firstWord_ + a.words_.size(), b.firstWord_ + b.words_.size());
        std::vector<std::uint64_t> words(end > first ? end - first : 0);
        for (std::size_t w = 0; w < words.size(); ++w) {
            words[w] = a.words_[first - a.firstWord_ + w] & b.words_[first - b.firstWord_ + w];
        }
        return NodeSet::fromWords(first, std::move(words));
    }
    std::vector<NodeId> ids;
    if (!a.dense() && !b.dense()) {
        std::set_intersection(a.ids_.begin(), a.ids_.end(), b.ids_.begin(), b.ids_.end(),
                              std::back_inserter(ids));
        return NodeSet::fromSorted(std::move(ids));
    }
    const NodeSet& few = a.dense() ? b : a;
    const NodeSet& many = a.dense() ? a : b;
    std::copy_if(few.ids_.begin(), few.ids_.end(), std::back_inserter(ids),
                 [&many](NodeId node) { return many.contains(node); });
    return NodeSet::fromSorted(std::move(ids));
}

NodeSet operator|(const NodeSet& a, const NodeSet& b) {
    if (a.empty() || b.empty()) {
        return a.empty() ? b : a;
    }
    const std::uint32_t first = std::min(a.firstWord(), b.firstWord());
    const std::size_t span = std::size_t{std::max(a.lastWord(), b.lastWord())} - first + 1;
    if (span * kBitsPerWord >= (a.count_ + b.count_) * kListBitsPerId) {
        const std::vector<NodeId> left = a.toVector();
        const std::vector<NodeId> right = b.toVector();
        std::vector<NodeId> ids;
        std::set_union(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(ids));
        return NodeSet::fromSorted(std::move(ids));
    }
    std::vector<std::uint64_t> words(span);
    a.addTo(words, first);
    b.addTo(words, first);
    return NodeSet::fromWords(first, std::move(words));
}

NodeSet andNot(const NodeSet& a, const NodeSet& b) {
    if (!a.dense()) {
        std::vector<NodeId> ids;
        std::copy_if(a.ids_.begin(), a.ids_.end(), std::back_inserter(ids),
                     [&b](NodeId node) { return !b.contains(node); });
        return NodeSet::fromSorted(std::move(ids));
    }
    std::vector<std::uint64_t> words = a.words_;
    if (b.dense()) {
        for (std::size_t w = 0; w < words.size(); ++w) {
            words[w] &= ~b.word(a.firstWord_ + static_cast<std::uint32_t>(w));
        }
    } else {
        for (const NodeId node : b.ids_) {
            const std::uint32_t index = node.value / kBitsPerWord;
            if (index >= a.firstWord_ && index - a.firstWord_ < words.size()) {
                words[index - a.firstWord_] &= ~(std::uint64_t{1} << (node.value % kBitsPerWord));
            }
        }
    }
    return NodeSet::fromWords(a.firstWord_, std::move(words));
}

bool operator==(const NodeSet& a, const NodeSet& b) noexcept {
    return a.count_ == b.count_ && a.ids_ == b.ids_ && a.firstWord_ == b.firstWord_ && a.words_ == b.words_;
}

}  // namespace xinpu::engine
