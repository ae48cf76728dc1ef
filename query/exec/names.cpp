// query/exec/names.cpp
// Looking names up, and label tests that outlive a statement.

#include "query/exec/names.h"

#include <algorithm>
#include <array>

#include "query/procedures/label_test.h"

namespace xinpu::query {

using engine::Kind;
using engine::LabelId;
using engine::NodeId;
using engine::RelId;
using engine::TypeId;
using engine::Value;

namespace {

/// Copies of label bitmaps. A thread keeps a few from one statement to the next: filling one anew costs more
/// than most statements.
class KeptLabelTests {
public:
    /// Valid until the next call on this thread.
    LabelTest& use(const engine::Snapshot& snapshot, LabelId label) {
        Entry* entry = &entries_.front();
        for (Entry& one : entries_) {
            if (one.label == label) {
                entry = &one;
                break;
            }
            if (one.used < entry->used) {
                entry = &one;
            }
        }
        entry->used = ++uses_;
        entry->label = label;
        entry->test.use(snapshot, label);
        return entry->test;
    }

private:
    struct Entry {
        LabelId label{};
        std::uint64_t used = 0;
        LabelTest test{};
    };
    std::array<Entry, 6> entries_{};
    std::uint64_t uses_ = 0;
};

KeptLabelTests& keptLabelTests() {
    thread_local KeptLabelTests kept;
    return kept;
}

constexpr std::uint64_t kAskedByRecord = 64;  ///< nodes, before the bitmap pays

bool holds(const Value& value, RelId relationship) {
    if (value.kind() == Kind::Relationship) {
        return value.relationship() == relationship;
    }
    if (value.kind() != Kind::List) {
        return false;
    }
    const auto list = value.list();
    return std::any_of(list.begin(), list.end(), [&](const Value& one) { return holds(one, relationship); });
}

}  // namespace

bool TypeFilter::resolve(const engine::Catalog& catalog) {
    if (names_->empty()) {
        return true;
    }
    if (known_ != catalog.types().size()) {
        known_ = catalog.types().size();
        ids_.clear();
        for (const std::string& name : *names_) {
            if (const auto type = catalog.type(name);
                type && std::find(ids_.begin(), ids_.end(), *type) == ids_.end()) {
                ids_.push_back(*type);
            }
        }
    }
    return !ids_.empty();
}

bool TypeFilter::has(TypeId type) const noexcept {
    return names_->empty() || std::find(ids_.begin(), ids_.end(), type) != ids_.end();
}

bool LabelFilter::resolve() {
    if (names_->empty()) {
        return true;
    }
    const engine::Catalog& catalog = context_->graph().catalog();
    pristine_ = context_->graph().pristine();
    if (known_ != catalog.labels().size()) {
        known_ = catalog.labels().size();
        ids_.clear();
        absent_ = false;
        for (const std::string& name : *names_) {
            const auto label = catalog.label(name);
            if (!label) {
                absent_ = true;
            } else if (*label != known_to_hold_) {
                ids_.push_back(*label);
            }
        }
    }
    return !absent_;
}

bool LabelFilter::passes(NodeId node) {
    for (const LabelId label : ids_) {
        ++context_->reads;
        if (!pristine_ || asked_ < kAskedByRecord) {
            ++asked_;
            if (!context_->graph().hasLabel(node, label)) {
                return false;
            }
        } else if (!keptLabelTests().use(context_->graph().snapshot(), label).contains(node)) {
            return false;
        }
    }
    return !absent_;
}

void LabelFilter::keep(std::vector<NodeId>& nodes) {
    if (!pristine_ || nodes.size() < kAskedByRecord) {
        std::erase_if(nodes, [this](NodeId node) { return !passes(node); });
        return;
    }
    for (const LabelId label : ids_) {
        context_->reads += nodes.size();
        LabelTest& test = keptLabelTests().use(context_->graph().snapshot(), label);
        std::erase_if(nodes, [&test](NodeId node) { return !test.contains(node); });
    }
}

bool differs(std::span<const Slot> slots, Row row, RelId relationship) {
    return std::none_of(slots.begin(), slots.end(),
                        [&](Slot slot) { return holds(at(row, slot), relationship); });
}

}  // namespace xinpu::query
