// query/exec/seeks.cpp
// Nodes by an index or by id, and ends of bound relationships.

#include <algorithm>
#include <charconv>

#include "engine/index/key_index.h"
#include "engine/value/codec.h"
#include "engine/value/order.h"
#include "engine/value/ordered_key.h"
#include "query/exec/key_table.h"
#include "query/exec/names.h"
#include "query/exec/operators.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::IndexDefinition;
using engine::Kind;
using engine::NodeId;
using engine::RelId;
using engine::Value;

namespace {

/// Whether `=` can be true of it: no null, no NaN, and a property may hold it.
bool findable(const Value& value) noexcept {
    return engine::storable(value) && engine::equalValues(value, value).value_or(false);
}

/// Finds nodes per row, checks the labels that the index does not vouch for.
class Seek : public PerRow {
public:
    Seek(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), labels_(node.labels, context),
          index_(context.graph().catalog().index(node.index)) {
        if (index_ != nullptr) {
            XINPU_ASSERT(!context.graph().hides(*index_));
            labels_.leaveOut(index_->label);
        } else if (node.index.valid()) {
            throw Error(ErrorCode::Internal,
                        "The plan names an index that is gone; it should have been made anew.");
        }
    }

protected:
    virtual void find(Row row, std::vector<NodeId>& found) = 0;

    bool begin(Row row) override {
        found_.clear();
        next_ = 0;
        if (labels_.resolve()) {
            find(row, found_);
        }
        return !found_.empty();
    }
    bool emit(Row row, Batch& out) override {
        for (; next_ < found_.size(); ++next_) {
            if (out.full()) {
                return true;
            }
            step();
            ++context_.reads;
            if (!labels_.passes(found_[next_])) {
                continue;
            }
            at(row, node_.to) = Value::of(found_[next_]);
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
        return false;
    }

    /// Of the catalogue in which the plan was made: the transaction's base keeps it.
    const IndexDefinition& definition() const noexcept { return *index_; }
    Value valueOf(Row row) { return evaluate(*node_.values.front(), row, context_); }

    /// Where the index does not hold what this transaction changed: the label's nodes, asked one by one.
    template <typename Test>
    void findByRecords(std::vector<NodeId>& found, const Test& test) {
        for (const NodeId node : graph().labelled(index_->label)) {
            step();
            ++context_.reads;
            if (test(graph().property(node, index_->keys.front()))) {
                found.push_back(node);
            }
        }
    }

private:
    LabelFilter labels_;
    const IndexDefinition* index_;
    std::vector<NodeId> found_;
    std::size_t next_ = 0;
};

class UniqueSeek final : public Seek {
public:
    using Seek::Seek;

protected:
    void find(Row row, std::vector<NodeId>& found) override {
        if (node_.list != nullptr) {
            findEach(row, found);
            return;
        }
        values_.clear();
        for (const Expr* expr : node_.values) {
            values_.push_back(evaluate(*expr, row, context_));
        }
        findOne(values_, found);
    }

private:
    void findOne(std::span<const Value> values, std::vector<NodeId>& found) {
        if (!std::all_of(values.begin(), values.end(), findable)) {
            return;
        }
        if (const auto node = graph().find(definition(), values)) {
            found.push_back(*node);
        }
    }
    void findEach(Row row, std::vector<NodeId>& found) {
        const Value list = evaluate(*node_.list, row, context_);
        if (list.kind() != Kind::List) {
            return;
        }
        KeyTable seen(1);
        for (const Value& element : list.list()) {
            if (seen.add(&element).second) {
                findOne({&element, 1}, found);
            }
        }
    }
    std::vector<Value> values_;
};

/// Bounds of a row, as values; none where open.
struct Range {
    std::optional<Value> low;
    std::optional<Value> high;
    bool low_included = true;
    bool high_included = true;

    bool takes(const Value& value) const noexcept {
        if (low) {
            const auto order = engine::compareValues(value, *low);
            if (!order || !(*order > 0 || (low_included && *order == 0))) {
                return false;
            }
        }
        if (high) {
            const auto order = engine::compareValues(value, *high);
            if (!order || !(*order < 0 || (high_included && *order == 0))) {
                return false;
            }
        }
        return true;
    }
};

Range rangeOf(const PlanNode& node, Row row, ExecContext& context) {
    Range range;
    if (node.low) {
        range.low = evaluate(*node.low->expr, row, context);
        range.low_included = node.low->included;
    }
    if (node.high) {
        range.high = evaluate(*node.high->expr, row, context);
        range.high_included = node.high->included;
    }
    return range;
}

class RangeSeek final : public Seek {
public:
    using Seek::Seek;

protected:
    void find(Row row, std::vector<NodeId>& found) override {
        Range range;
        const bool equal = !node_.values.empty();
        if (equal) {
            range.low = valueOf(row);
            range.high = range.low;
        } else {
            range = rangeOf(node_, row, context_);
        }
        for (const std::optional<Value>& bound : {range.low, range.high}) {
            if (bound && !findable(*bound)) {
                return;  // what a comparison with it gives is not true
            }
        }
        const auto test = [&](const Value& value) {
            return equal ? engine::equalValues(value, *range.low).value_or(false) : range.takes(value);
        };
        std::string low = keyOf(range.low);
        std::string high = keyOf(range.high);
        const bool long_key = std::max(low.size(), high.size()) > engine::kPlainKeyBytesMax;
        if (!graph().pristine() || long_key) {
            findByRecords(found, test);
            return;
        }
        engine::KeyRange keys{std::move(low), {}};
        if (range.high) {
            high.push_back('\0');  // no key begins with another one: this is the next after it
            keys.hi = std::move(high);
        }
        engine::KeyScan scan(engine::TableReader(graph().snapshot().txn(), engine::Table::Keys),
                             definition().id, keys, engine::ScanOrder::Ascending);
        while (const auto entry = scan.next()) {
            step();
            ++context_.reads;
            // Behind a bound lie values of other types, too.
            if (test(graph().property(NodeId{entry->id}, definition().keys.front()))) {
                found.push_back(NodeId{entry->id});
            }
        }
    }

private:
    static std::string keyOf(const std::optional<Value>& bound) {
        std::string key;
        if (bound) {
            engine::encodeOrderedKey(*bound, key);
        }
        return key;
    }
};

class BitmapSeek final : public Seek {
public:
    using Seek::Seek;

protected:
    void find(Row row, std::vector<NodeId>& found) override {
        const Value value = valueOf(row);
        if (!findable(value)) {
            return;
        }
        if (graph().pristine()) {
            found = graph().snapshot().withValue(definition(), value).toVector();
        } else {
            findByRecords(found,
                          [&](const Value& one) { return engine::equalValues(one, value).value_or(false); });
        }
    }
};

class DateSeek final : public Seek {
public:
    using Seek::Seek;

protected:
    void find(Row row, std::vector<NodeId>& found) override {
        Range range;
        if (!node_.values.empty()) {
            range.low = valueOf(row);
            range.high = range.low;
        } else {
            range = rangeOf(node_, row, context_);
        }
        for (const std::optional<Value>& bound : {range.low, range.high}) {
            if (bound && bound->isNull()) {
                return;
            }
        }
        const auto isDate = [](const std::optional<Value>& bound) {
            return !bound || bound->kind() == Kind::Date;
        };
        if (!graph().pristine() || !isDate(range.low) || !isDate(range.high)) {
            findByRecords(found, [&](const Value& one) { return range.takes(one); });
            return;
        }
        // A bitmap of dates takes days that a 32-bit number can hold; beyond them there is none.
        constexpr std::int64_t kDayMost = std::numeric_limits<std::int32_t>::max();
        std::int64_t from = range.low ? range.low->date().days : -kDayMost;
        std::int64_t to = range.high ? range.high->date().days : kDayMost;
        from += range.low && !range.low_included ? 1 : 0;
        to -= range.high && !range.high_included ? 1 : 0;
        if (from <= to) {
            found =
                graph().snapshot().withDate(definition(), engine::Date{from}, engine::Date{to}).toVector();
        }
    }
};

/// The number in "n:12" or "r:12".
std::optional<std::uint32_t> numberOf(const Value& value, std::string_view prefix) {
    if (value.kind() != Kind::String || !value.string().starts_with(prefix)) {
        return std::nullopt;
    }
    const std::string_view digits = value.string().substr(prefix.size());
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole ? std::optional(number) : std::nullopt;
}

class IdSeek final : public Seek {
public:
    using Seek::Seek;

protected:
    void find(Row row, std::vector<NodeId>& found) override {
        const Value value = valueOf(row);
        if (value.kind() != Kind::List) {
            findOne(value, found);
            return;
        }
        KeyTable seen(1);
        for (const Value& element : value.list()) {
            if (seen.add(&element).second) {
                findOne(element, found);
            }
        }
    }

private:
    void findOne(const Value& value, std::vector<NodeId>& found) {
        std::optional<std::uint32_t> number;
        if (!node_.numeric) {
            number = numberOf(value, "n:");
        } else if (value.kind() == Kind::Integer && value.integer() >= 0 &&
                   value.integer() <= std::numeric_limits<std::uint32_t>::max()) {
            number = static_cast<std::uint32_t>(value.integer());
        }
        if (number && graph().exists(NodeId{*number})) {
            found.push_back(NodeId{*number});
        }
    }
};

/// The ends of a relationship.
class RelationshipIdSeek final : public PerRow {
public:
    RelationshipIdSeek(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), types_(node.types) {}

protected:
    bool begin(Row row) override {
        std::optional<RelId> id;
        if (node_.relationship_bound) {
            const Value& bound = at(row, node_.relationship);
            if (bound.kind() == Kind::Relationship) {
                id = bound.relationship();
            }
        } else if (const auto number = numberOf(evaluate(*node_.values.front(), row, context_), "r:")) {
            id = RelId{*number};
        }
        if (!id || !types_.resolve(graph().catalog()) || !differs(node_.different_from, row, *id)) {
            return false;
        }
        ++context_.reads;
        const auto record = graph().relationship(*id);
        if (!record || !types_.has(record->type)) {
            return false;
        }
        at(row, node_.relationship) = Value::of(*id);
        const bool turned = node_.direction == engine::Direction::In;
        first_ = turned ? record->end : record->start;
        last_ = turned ? record->start : record->end;
        left_ = node_.direction == engine::Direction::Both && first_ != last_ ? 2 : 1;
        return true;
    }
    bool emit(Row row, Batch& out) override {
        for (; left_ != 0; --left_) {
            if (out.full()) {
                return true;
            }
            if (!node_.into || first_ == last_) {
                at(row, node_.from) = Value::of(first_);
                at(row, node_.to) = Value::of(last_);
                if (keeps(row)) {
                    out.append(row, node_.live);
                }
            }
            std::swap(first_, last_);
        }
        return false;
    }

private:
    TypeFilter types_;
    NodeId first_;
    NodeId last_;
    unsigned left_ = 0;
};

}  // namespace

std::unique_ptr<Operator> makeSeek(const PlanNode& node, ExecContext& context) {
    switch (node.op) {
    case Op::UniqueSeek:
        return std::make_unique<UniqueSeek>(node, context);
    case Op::RangeSeek:
        return std::make_unique<RangeSeek>(node, context);
    case Op::BitmapSeek:
        return std::make_unique<BitmapSeek>(node, context);
    case Op::DateSeek:
        return std::make_unique<DateSeek>(node, context);
    case Op::IdSeek:
        return std::make_unique<IdSeek>(node, context);
    default:
        return std::make_unique<RelationshipIdSeek>(node, context);
    }
}

}  // namespace xinpu::query
