// tests/differential/query/generator.h
#pragma once
// Random graphs and statements over them. Statements have one answer only: no LIMIT without a whole order, no
// list whose order is free, no update whose outcome depends on the order of rows.

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace xinpu::naive {

struct Generated {
    std::string statement;
    /// The same question asked otherwise: paths written from their other end, patterns in another order.
    std::string turned;
    bool updates = false;
};

/// Everything follows from the seed.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(std::mt19937_64(seed)) {}
    /// Everything follows from what `source` gives (a fuzzer's bytes, say); it may give 0 for ever.
    explicit Generator(std::function<std::uint64_t()> source) : random_(std::move(source)) {}

    /// One CREATE of 5 to 12 nodes with relationships.
    std::string graph();
    Generated reading();
    Generated updating();

private:
    enum class Sort { Node, Relationship, Relationships, Number, Text };
    struct Variable {
        std::string name;
        Sort sort;
    };
    /// A path as its parts, so that it can be written from either end.
    struct Path {
        std::vector<std::string> nodes;
        std::vector<std::string> relationships;  ///< without arrows: "[r:R]"
        std::vector<int> directions;             ///< 1, -1, 0
        std::string forward() const;
        std::string backward() const;
        bool turns = true;  ///< no list or path variable depends on the direction
    };

    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
    bool chance(unsigned percent) { return random_() % 100 < percent; }
    template <typename T>
    const T& oneOf(const std::vector<T>& list) {
        return list[below(list.size())];
    }
    std::string fresh(const char* stem) { return stem + std::to_string(++names_); }
    const Variable* pick(Sort sort);

    // random_expressions.cpp
    std::string number();
    std::string numeric(unsigned depth);
    std::string text();
    std::string mixed();
    std::string predicate(unsigned depth);
    std::string predicateOf(const Variable& variable);
    std::string subquery(const Variable& node);

    std::string labels();
    std::string types();
    std::string nodePattern(bool may_reuse);
    std::string relationshipPattern(bool& turns);
    Path path(bool may_reuse);
    /// Patterns of a MATCH, both ways.
    void match(Generated& out, bool optional);
    void with(Generated& out);
    void returned(Generated& out);
    void add(Generated& out, const std::string& text);

    // special_forms.cpp: forms that the planner treats in a way of its own
    Generated reaching();
    Generated shortest();
    Generated quantified();
    Generated counting();
    Generated joining();
    Generated gathering();
    /// Behind an update: what the next clause sees of it.
    void look(Generated& out);

    std::function<std::uint64_t()> random_;
    std::vector<Variable> scope_;
    unsigned names_ = 0;
};

}  // namespace xinpu::naive
