// query/functions/aggregates.cpp
// Aggregate functions: count, collect, min, max, sum, avg, percentiles and deviations.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/value/decimal_powers.h"
#include "engine/value/order.h"
#include "query/functions/builtin.h"
#include "query/functions/duration.h"
#include "query/functions/operators.h"

namespace xinpu::query::builtin {
namespace {

using engine::Decimal;
using engine::Duration;
using engine::Int128;

constexpr unsigned kAveragePlaces = 12;

class Count final : public Accumulator {
public:
    void add(EvalContext&, Args) override { ++count_; }
    Value result() override { return Value::of(count_); }

private:
    std::int64_t count_ = 0;
};

class Collect final : public Accumulator {
public:
    void add(EvalContext&, Args args) override {
        bytes_ += sizeof(Value) + args[0].heapBytes();
        values_.push_back(args[0]);
    }
    Value result() override { return Value::of(std::move(values_)); }
    std::size_t heapBytes() const noexcept override { return bytes_; }

private:
    std::vector<Value> values_;
    std::size_t bytes_ = 0;
};

template <bool greatest>
class Extreme final : public Accumulator {
public:
    void add(EvalContext&, Args args) override {
        const auto order = best_.isNull() ? std::strong_ordering::less : engine::orderValues(best_, args[0]);
        if (best_.isNull() || (greatest ? order < 0 : order > 0)) {
            best_ = args[0];
        }
    }
    Value result() override { return best_; }
    std::size_t heapBytes() const noexcept override { return best_.heapBytes(); }

private:
    Value best_;
};

/// Sums of each kind side by side; a float among the numbers makes the answer a float, a decimal makes it
/// exact.
class Total {
public:
    void add(const Value& value, std::string_view function) {
        switch (value.kind()) {
        case Kind::Integer:
            whole_ += value.integer();  // 2^63 values would be needed to leave 128 bits
            break;
        case Kind::Float: {
            // Neumaier's compensated sum: many small shares add up as written.
            const double number = value.floating();
            const double sum = float_ + number;
            compensation_ +=
                std::fabs(float_) >= std::fabs(number) ? (float_ - sum) + number : (number - sum) + float_;
            float_ = sum;
            has_float_ = true;
            break;
        }
        case Kind::Decimal:
            decimal_ = decimal_.add(value.decimal());
            has_decimal_ = true;
            break;
        case Kind::Duration:
            duration_ = addDurations(duration_, value.duration());
            has_duration_ = true;
            break;
        default:
            throwType(fmt::format("{}() takes numbers or durations", function), value);
        }
        has_number_ = has_number_ || value.kind() != Kind::Duration;
        if (has_number_ && has_duration_) {
            throwType(fmt::format("{}() takes numbers or durations, not both", function), value);
        }
        ++count_;
    }
    std::int64_t count() const noexcept { return count_; }
    bool isDuration() const noexcept { return has_duration_; }
    bool isDecimal() const noexcept { return has_decimal_ && !has_float_; }
    const Duration& duration() const noexcept { return duration_; }
    Decimal decimal() const {
        const auto whole = Decimal::fromParts(whole_, 0);
        if (!whole) {
            throwOverflow("sum()");
        }
        return decimal_.add(*whole);
    }
    double floating() const {
        const double floats = std::isfinite(float_) ? float_ + compensation_ : float_;
        return static_cast<double>(whole_) + (has_float_ ? floats : 0.0) +
               (has_decimal_ ? decimal_.toDouble() : 0.0);
    }
    Value value() const {
        if (has_duration_) {
            return Value::of(duration_);
        }
        if (has_float_) {
            return Value::of(floating());
        }
        if (has_decimal_) {
            return Value::of(decimal());
        }
        const auto narrow = static_cast<std::int64_t>(whole_);
        if (narrow != whole_) {
            throwOverflow("sum()");
        }
        return Value::of(narrow);
    }

private:
    Int128 whole_ = 0;
    double float_ = 0;
    double compensation_ = 0;
    Decimal decimal_;
    Duration duration_;
    std::int64_t count_ = 0;
    bool has_float_ = false;
    bool has_decimal_ = false;
    bool has_duration_ = false;
    bool has_number_ = false;
};

class Sum final : public Accumulator {
public:
    void add(EvalContext&, Args args) override { total_.add(args[0], "sum"); }
    Value result() override { return total_.value(); }

private:
    Total total_;
};

class Average final : public Accumulator {
public:
    void add(EvalContext&, Args args) override { total_.add(args[0], "avg"); }
    Value result() override {
        if (total_.count() == 0) {
            return {};
        }
        if (total_.isDuration()) {
            return Value::of(dividedBy(total_.duration(), Value::of(total_.count())));
        }
        if (total_.isDecimal()) {
            return Value::of(
                total_.decimal().div(Decimal::fromInt64(total_.count()), kAveragePlaces).normalised());
        }
        return Value::of(total_.floating() / static_cast<double>(total_.count()));
    }

private:
    Total total_;
};

/// The values and the percentile asked; the first row's percentile counts.
class Percentile : public Accumulator {
public:
    void add(EvalContext&, Args args) override {
        if (!args[0].isNumber()) {
            throwType("A percentile is taken of numbers", args[0]);
        }
        const double share = doubleOf(args[1], "The percentile");
        if (!(share >= 0 && share <= 1)) {
            throwArgument(fmt::format("A percentile lies between 0.0 and 1.0; {} does not.", share),
                          "NumberOutOfRange");
        }
        if (values_.empty()) {
            share_ = share;
        }
        values_.push_back(args[0]);
    }
    std::size_t heapBytes() const noexcept override { return values_.size() * sizeof(Value); }

protected:
    /// Ascending.
    const std::vector<Value>& sorted() {
        std::sort(values_.begin(), values_.end(), engine::ValueBefore());
        return values_;
    }
    double share() const noexcept { return share_; }

private:
    std::vector<Value> values_;
    double share_ = 0;
};

class PercentileDisc final : public Percentile {
public:
    Value result() override {
        const std::vector<Value>& values = sorted();
        if (values.empty()) {
            return {};
        }
        if (share() == 1 || values.size() == 1) {
            return values.back();
        }
        const double place = share() * static_cast<double>(values.size());
        const auto whole = static_cast<std::size_t>(place);
        return values[place != std::floor(place) || whole == 0 ? whole : whole - 1];
    }
};

class PercentileCont final : public Percentile {
public:
    Value result() override {
        const std::vector<Value>& values = sorted();
        if (values.empty()) {
            return {};
        }
        const auto at = [&values](std::size_t i) { return doubleOf(values[i], "A value"); };
        if (share() == 1 || values.size() == 1) {
            return Value::of(at(values.size() - 1));
        }
        const double place = share() * static_cast<double>(values.size() - 1);
        const auto below = static_cast<std::size_t>(std::floor(place));
        const auto above = static_cast<std::size_t>(std::ceil(place));
        if (below == above) {
            return Value::of(at(below));
        }
        return Value::of(at(below) * (static_cast<double>(above) - place) +
                         at(above) * (place - static_cast<double>(below)));
    }
};

/// Welford's way: one pass, no cancellation.
template <bool population>
class Deviation final : public Accumulator {
public:
    void add(EvalContext&, Args args) override {
        const double number = doubleOf(args[0], "A value of stDev()");
        ++count_;
        const double distance = number - mean_;
        mean_ += distance / count_;
        squares_ += distance * (number - mean_);
    }
    Value result() override {
        const double divisor = population ? count_ : count_ - 1;
        return Value::of(divisor <= 0 ? 0.0 : std::sqrt(squares_ / divisor));
    }

private:
    double count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

template <typename One>
std::unique_ptr<Accumulator> make() {
    return std::make_unique<One>();
}

struct Aggregate {
    const char* name;
    const char* signature;
    const char* doc;
    std::size_t args;
    KindSet result;
    std::unique_ptr<Accumulator> (*accumulator)();
};
constexpr KindSet kSummable = kNumber | kindBit(Kind::Duration);
constexpr Aggregate kAggregates[] = {
    {"count", "count(input :: ANY) :: INTEGER", "How many values are not null.", 1, kInteger, make<Count>},
    {"collect", "collect(input :: ANY) :: LIST<ANY>", "All values that are not null, as a list.", 1, kList,
     make<Collect>},
    {"min", "min(input :: ANY) :: ANY", "The least value in the order of ORDER BY.", 1, kAnyKind,
     make<Extreme<false>>},
    {"max", "max(input :: ANY) :: ANY", "The greatest value in the order of ORDER BY.", 1, kAnyKind,
     make<Extreme<true>>},
    {"sum", "sum(input :: INTEGER | FLOAT | DECIMAL | DURATION) :: INTEGER | FLOAT | DECIMAL | DURATION",
     "The sum; exact for integers, decimals and durations.", 1, kSummable, make<Sum>},
    {"avg", "avg(input :: INTEGER | FLOAT | DECIMAL | DURATION) :: FLOAT | DECIMAL | DURATION",
     "The arithmetic mean; of decimals to 12 places, half to even.", 1,
     kFloat | kDecimal | kindBit(Kind::Duration), make<Average>},
    {"percentileDisc",
     "percentileDisc(input :: INTEGER | FLOAT | DECIMAL, percentile :: FLOAT) :: INTEGER | FLOAT | "
     "DECIMAL",
     "The value nearest to the percentile.", 2, kNumber, make<PercentileDisc>},
    {"percentileCont", "percentileCont(input :: INTEGER | FLOAT | DECIMAL, percentile :: FLOAT) :: FLOAT",
     "The percentile, interpolated between two values.", 2, kFloat, make<PercentileCont>},
    {"stDev", "stDev(input :: INTEGER | FLOAT | DECIMAL) :: FLOAT", "The standard deviation of a sample.", 1,
     kFloat, make<Deviation<false>>},
    {"stDevP", "stDevP(input :: INTEGER | FLOAT | DECIMAL) :: FLOAT",
     "The standard deviation of a population.", 1, kFloat, make<Deviation<true>>},
};

}  // namespace

void registerAggregates(Registry& registry) {
    for (const Aggregate& aggregate : kAggregates) {
        registry.add({.name = aggregate.name,
                      .signature = aggregate.signature,
                      .doc = aggregate.doc,
                      .args_min = aggregate.args,
                      .args_max = aggregate.args,
                      .result = aggregate.result,
                      .accumulator = aggregate.accumulator});
    }
}

}  // namespace xinpu::query::builtin
