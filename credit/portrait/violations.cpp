// credit/portrait/violations.cpp
// The second half of the main job: penalties of the set's subjects by the dates and fines in adjacency slots.

#include "credit/portrait/violations.h"

#include <algorithm>

#include "engine/value/order.h"

namespace xinpu::credit {

using engine::AdjacencyView;
using engine::CoveredSlot;
using engine::Date;
using engine::Decimal;
using engine::Direction;
using engine::EntryBlock;
using engine::Kind;
using engine::kSlotAbsent;
using engine::kSlotSeeRecord;
using engine::NodeId;
using engine::SlotCodec;
using engine::Snapshot;
using engine::Value;

namespace {

constexpr std::size_t kSlotsAhead = 16;
constexpr std::size_t kEntriesAhead = 8;
constexpr std::size_t kPendingAhead = 4;
constexpr std::size_t kNodesPerPoll = 4'096;

/// The span as slots. Slots are days; a span beyond all of them is cut to what a slot can be.
struct SlotSpan {
    std::int32_t from;
    std::uint32_t length;  ///< last - first; an empty span has none that passes
    bool empty;

    explicit SlotSpan(const DateSpan& span) {
        const auto fit = [](std::int64_t days) {
            return std::clamp<std::int64_t>(days, std::int64_t{kSlotSeeRecord} + 1,
                                            std::numeric_limits<std::int32_t>::max());
        };
        from = static_cast<std::int32_t>(fit(span.from.days));
        empty = span.to < span.from;
        length = empty ? 0 : static_cast<std::uint32_t>(fit(span.to.days) - fit(span.from.days));
    }
};

}  // namespace

/// Where an entry of AGAINST carries the penalty's date and fine, if both do.
struct ViolationFinder::Coverage {
    bool covered = false;
    std::uint32_t date = 0;
    std::uint32_t fine = 0;
    std::uint8_t scale = 0;
};

void ViolationFinder::use(const Snapshot& snapshot) {
    snapshot_ = &snapshot;
    if (snapshot.state().catalog != model_.catalog) {
        model_ = CreditModel(snapshot.state().catalog);
    }
    subjects_.use(snapshot, model_.subject);
}

std::optional<NodeId> ViolationFinder::subject(std::string_view uscc) const {
    if (model_.subjectByUscc == nullptr) {
        return std::nullopt;
    }
    const Value code = Value::of(uscc);
    return snapshot_->find(*model_.subjectByUscc, {&code, 1});
}

ViolationFinder::Coverage ViolationFinder::coverage() const {
    const auto& slots =
        snapshot_->adjacency(model_.against).layout().slots[static_cast<std::size_t>(Direction::In)];
    const auto find = [&](engine::KeyId key, SlotCodec::Kind kind) -> std::optional<std::uint32_t> {
        for (std::uint32_t i = 0; i < slots.size(); ++i) {
            if (slots[i].of_neighbour && slots[i].label == model_.penalty && slots[i].key == key &&
                slots[i].codec.kind == kind) {
                return i;
            }
        }
        return std::nullopt;
    };
    const auto date = find(model_.decidedOn, SlotCodec::Kind::Date);
    const auto fine = find(model_.fine, SlotCodec::Kind::Decimal);
    return date && fine ? Coverage{true, *date, *fine, slots[*fine].codec.scale} : Coverage{};
}

ViolationSum ViolationFinder::own(NodeId subject, const DateSpan& span) {
    begin();
    const Coverage covered = coverage();
    collect(snapshot_->adjacency(model_.against), subject, 0, covered, span);
    return sum(1, covered);
}

std::span<const NodeId> ViolationFinder::relatedNodes(NodeId start, const RelatedSet& set,
                                                      const query::Poll& poll) {
    query::RelatedQuery walk;
    walk.start = start;
    walk.type = model_.investsIn;
    walk.direction = Direction::Both;
    walk.hops = set.hops;
    walk.weight = model_.share;
    walk.least = Value::of(set.minShare);
    walk.on = set.date;
    walk.validFrom = model_.validFrom;
    walk.validTo = model_.validTo;
    return walker_.walk(*snapshot_, walk, poll);
}

ViolationSum ViolationFinder::related(NodeId start, const RelatedSet& set, const DateSpan& span,
                                      const query::Poll& poll) {
    begin();
    const std::span<const NodeId> nodes = relatedNodes(start, set, poll);
    const Coverage covered = coverage();
    const AdjacencyView against = snapshot_->adjacency(model_.against);
    std::uint64_t firms = 0;
    std::uint32_t hops = 0;
    std::size_t level_end = walker_.within(0);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (i == level_end) {
            level_end = walker_.within(++hops);
        }
        if (i + kSlotsAhead < nodes.size()) {
            against.prefetchSlot(nodes[i + kSlotsAhead]);
        }
        if (i + kEntriesAhead < nodes.size()) {
            against.prefetchEntries(nodes[i + kEntriesAhead]);
        }
        if (i + kPendingAhead < nodes.size()) {
            against.prefetchPending(nodes[i + kPendingAhead]);
        }
        if (subjects_.contains(nodes[i])) {
            ++firms;
            collect(against, nodes[i], hops, covered, span);
        }
        if (i % kNodesPerPoll == kNodesPerPoll - 1 && poll) [[unlikely]] {
            poll();
        }
    }
    return sum(firms, covered);
}

void ViolationFinder::begin() {
    found_.clear();
    fines_ = 0;
    further_fines_ = Decimal();
}

void ViolationFinder::collect(const AdjacencyView& against, NodeId subject, std::uint32_t hops,
                              const Coverage& covered, const DateSpan& span) {
    const SlotSpan slots(span);
    against.forEachBlock(subject, Direction::In, [&](const EntryBlock& block, Direction) {
        for (std::uint32_t i = 0; i < block.count; ++i) {
            const std::int32_t date = covered.covered ? block.slot(i, covered.date) : kSlotSeeRecord;
            if (date == kSlotSeeRecord) [[unlikely]] {
                collectFromRecord(block.node(i), subject, hops, span);
                continue;
            }
            // An absent date is less than every `from` and so wraps beyond the span.
            if (slots.empty ||
                static_cast<std::uint32_t>(date) - static_cast<std::uint32_t>(slots.from) > slots.length) {
                continue;
            }
            found_.push_back({Date{date}, block.node(i), subject, hops});
            const std::int32_t fine = block.slot(i, covered.fine);
            if (fine == kSlotSeeRecord) [[unlikely]] {
                addFine(snapshot_->property(block.node(i), model_.fine));
            } else if (fine != kSlotAbsent) {
                fines_ += fine;
            }
        }
    });
}

void ViolationFinder::collectFromRecord(NodeId penalty, NodeId subject, std::uint32_t hops,
                                        const DateSpan& span) {
    const auto record = snapshot_->node(penalty);
    if (!record || !std::binary_search(record->labels.begin(), record->labels.end(), model_.penalty)) {
        return;
    }
    const Value date = engine::propertyOf(record->properties, model_.decidedOn);
    if (date.kind() == Kind::Date && span.from <= date.date() && date.date() <= span.to) {
        found_.push_back({date.date(), penalty, subject, hops});
        addFine(engine::propertyOf(record->properties, model_.fine));
    }
}

void ViolationFinder::addFine(const Value& fine) {
    if (fine.kind() == Kind::Decimal) {
        further_fines_ = further_fines_.add(fine.decimal());
    } else if (fine.kind() == Kind::Integer) {
        further_fines_ = further_fines_.add(Decimal::fromInt64(fine.integer()));
    }
}

ViolationSum ViolationFinder::sum(std::uint64_t firms, const Coverage& covered) const {
    constexpr unsigned kMoneyPlaces = 2;
    const Decimal of_slots = *Decimal::fromParts(fines_, covered.covered ? covered.scale : kMoneyPlaces);
    return {firms, found_.size(), of_slots.add(further_fines_)};
}

std::vector<std::string> ViolationFinder::latestDocuments(std::size_t most) {
    const auto later = [](const Violation& a, const Violation& b) { return a.decidedOn > b.decidedOn; };
    std::size_t candidates = found_.size();
    if (found_.size() > most && most > 0) {
        // The dates decide; only among those of the last one that is shown do document numbers.
        const auto last = found_.begin() + static_cast<std::ptrdiff_t>(most - 1);
        std::nth_element(found_.begin(), last, found_.end(), later);
        const Date least = last->decidedOn;
        const auto end = std::partition(last + 1, found_.end(),
                                        [least](const Violation& v) { return v.decidedOn >= least; });
        candidates = static_cast<std::size_t>(end - found_.begin());
    }
    struct Document {
        Date decidedOn;
        Value number;
        std::string_view text() const {
            return number.kind() == Kind::String ? number.string() : std::string_view();
        }
    };
    const engine::RecordView records = snapshot_->nodes();
    std::vector<Document> documents;
    documents.reserve(candidates);
    for (std::size_t i = 0; i < candidates; ++i) {
        if (i + kSlotsAhead < candidates) {
            records.prefetch(found_[i + kSlotsAhead].penalty.value);
        }
        if (i + kEntriesAhead < candidates) {
            records.prefetchRow(found_[i + kEntriesAhead].penalty.value);
        }
        documents.push_back({found_[i].decidedOn, snapshot_->property(found_[i].penalty, model_.docNo)});
    }
    const std::size_t shown = std::min(most, documents.size());
    std::partial_sort(documents.begin(), documents.begin() + static_cast<std::ptrdiff_t>(shown),
                      documents.end(), [](const Document& a, const Document& b) {
                          return a.decidedOn != b.decidedOn ? a.decidedOn > b.decidedOn : a.text() < b.text();
                      });
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < shown; ++i) {
        numbers.emplace_back(documents[i].text());
    }
    return numbers;
}

}  // namespace xinpu::credit
