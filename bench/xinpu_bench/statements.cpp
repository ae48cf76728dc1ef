// bench/xinpu_bench/statements.cpp
// The statements, and their rows as text.

#include "bench/xinpu_bench/statements.h"

#include <cmath>

#include "query/session/session.h"

namespace xinpu::bench {

using engine::Value;

namespace {

constexpr std::uint32_t kHopsMost = 4;

constexpr const char* kOwn =
    "MATCH (c:Subject {uscc: $uscc})<-[:AGAINST]-(p:Penalty) WHERE $from <= p.decidedOn AND p.decidedOn <= "
    "$to "
    "WITH p ORDER BY p.decidedOn DESC, p.docNo "
    "RETURN count(p) AS violations, sum(p.fine) AS fines, collect(p.docNo) AS documents";
constexpr const char* kRelatedFirms =
    "MATCH (c:Subject {uscc: $uscc})-[e:INVESTS_IN WHERE e.share >= $share VALID ON $date]-{0,3}(f:Subject) "
    "WITH DISTINCT f "
    "OPTIONAL MATCH (f)<-[:AGAINST]-(p:Penalty) WHERE p.decidedOn IN WINDOW 3 YEARS ENDING 7 WORKING DAYS "
    "BEFORE $date ";
constexpr const char* kRelated =
    "WITH count(DISTINCT f) AS firms, collect(p) AS penalties "
    "CALL (penalties) { UNWIND penalties AS p WITH p ORDER BY p.decidedOn DESC, p.docNo "
    "RETURN count(p) AS violations, sum(p.fine) AS fines, collect(p.docNo)[..20] AS documents } "
    "RETURN firms, violations, fines, documents";
// As docs/statements has them.
constexpr const char* kByFirm =
    "MATCH (c:Subject {uscc: $uscc}) "
    "-[e:INVESTS_IN WHERE e.share >= $minShare VALID ON $date]-{0,3}(f:Subject) WITH DISTINCT f "
    "MATCH (f)<-[:AGAINST]-(p:Penalty) WHERE p.decidedOn IN WINDOW 3 YEARS ENDING 7 WORKING DAYS BEFORE $date "
    "RETURN f.uscc AS uscc, f.name AS name, count(p) AS violations, sum(p.fine) AS fines "
    "ORDER BY violations DESC, uscc LIMIT 20";
constexpr const char* kByPenalty =
    "MATCH (c:Subject {uscc: $uscc}) CALL graph.related(c, {type: 'INVESTS_IN', weight: 'share', min: $minShare, "
    "hops: 3, on: $date}) YIELD node AS f, hops "
    "MATCH (f:Subject)<-[:AGAINST]-(p:Penalty)-[:DECIDED_BY]->(a:Authority) "
    "WHERE p.decidedOn IN WINDOW 3 YEARS ENDING 7 WORKING DAYS BEFORE $date "
    "RETURN f.uscc AS uscc, f.name AS name, hops, p.docNo AS docNo, p.decidedOn AS decidedOn, p.domain AS domain, "
    "a.name AS authority, p.fine AS fine ORDER BY decidedOn DESC, docNo, authority, uscc";
constexpr const char* kOwners =
    "MATCH WALK (o)-[e:INVESTS_IN VALID ON $date]->{1,6}(c:Subject {uscc: $uscc}) "
    "WITH o, sum(reduce(part = 1.0, stake IN e | part * toFloat(stake.share) / 100)) AS share "
    "WHERE share >= 0.25 - 1e-9 RETURN coalesce(o.uscc, o.pid) AS owner, share ORDER BY owner";
constexpr const char* kOwnership =
    "MATCH (c:Subject {uscc: $uscc}) "
    "CALL graph.ownership(c, {type: 'INVESTS_IN', weight: 'share', on: $date, direction: 'in'}) YIELD node AS o, share "
    "WHERE o <> c AND share >= 0.25 RETURN coalesce(o.uscc, o.pid) AS owner, toFloat(share) AS share ORDER BY owner";
constexpr const char* kSum =
    "RETURN count(DISTINCT f) AS firms, count(p) AS violations, sum(p.fine) AS fines";

std::string setOf(std::uint32_t hops) {
    return "MATCH (c:Subject {uscc: $uscc})-[e:INVESTS_IN WHERE e.share >= $share VALID ON $date]-{0," +
           std::to_string(hops) +
           "}(f) WITH DISTINCT f "
           "RETURN count(f.uscc) AS firms, count(*) AS nodes, min(f.uscc) AS least, max(f.uscc) AS greatest";
}

class RowKeeper final : public query::ResultSink {
public:
    explicit RowKeeper(std::vector<std::vector<Value>>& rows) : rows_(rows) {}
    void begin(std::span<const std::string>) override { rows_.clear(); }
    void row(std::span<const Value> values, const query::GraphView&) override {
        rows_.emplace_back(values.begin(), values.end());
    }

private:
    std::vector<std::vector<Value>>& rows_;
};

std::string cents(const Value& sum) {
    if (sum.kind() != engine::Kind::Decimal) {
        return std::to_string(sum.integer() * 100);  // the sum of no row is the integer 0
    }
    return std::to_string(static_cast<std::int64_t>(sum.decimal().rescale(2).coefficient()));
}

void appendList(std::string& text, const Value& documents) {
    char separator = '|';
    for (const Value& document : documents.list()) {
        text += separator;
        text += document.string();
        separator = ';';
    }
    if (documents.list().empty()) {
        text += separator;
    }
}

std::string number(const Value& value) {
    return std::to_string(value.integer());
}

}  // namespace

Statements::Statements(query::QueryEngine& engine, const Asked& asked) : engine_(engine) {
    parameters_ = {{"uscc", Value::null()},
                   {"from", Value::of(asked.window.from)},
                   {"to", Value::of(asked.window.to)},
                   {"date", Value::of(asked.set.date)},
                   {"share", Value::of(std::int64_t{5})}};
    own_ = engine.prepare(kOwn);
    for (std::uint32_t hops = 1; hops <= kHopsMost; ++hops) {
        sets_.push_back(engine.prepare(setOf(hops)));
    }
    related_ = engine.prepare(std::string(kRelatedFirms) + kRelated);
    sum_ = engine.prepare(std::string(kRelatedFirms) + kSum);
    owners_ = engine.prepare(kOwners);
    ownership_ = engine.prepare(kOwnership);
}

std::vector<std::pair<std::string, std::string>> Statements::officialOnes() {
    return {{"by_firm", kByFirm}, {"by_penalty", kByPenalty}};
}

const Statements::Rows& Statements::ask(const std::shared_ptr<const query::Prepared>& statement,
                                        std::string_view uscc) {
    parameters_[0].value = Value::of(uscc);
    RowKeeper keeper(rows_);
    engine_.run(statement, parameters_, {}, keeper);
    return rows_;
}

std::string Statements::ownPenalties(std::string_view uscc) {
    const std::vector<Value>& row = ask(own_, uscc).at(0);
    std::string text = std::string(uscc) + '|' + number(row[0]) + '|' + cents(row[1]);
    appendList(text, row[2]);
    return text;
}

std::string Statements::relatedSet(std::string_view uscc, std::uint32_t hops) {
    const std::vector<Value>& row = ask(sets_.at(hops - 1), uscc).at(0);
    return std::string(uscc) + '|' + std::to_string(hops) + '|' + number(row[0]) + '|' +
           std::to_string(row[1].integer() - row[0].integer()) + '|' + std::string(row[2].string()) + '|' +
           std::string(row[3].string());
}

std::string Statements::relatedViolations(std::string_view uscc) {
    const std::vector<Value>& row = ask(related_, uscc).at(0);
    std::string text = std::string(uscc) + '|' + number(row[0]) + '|' + number(row[1]) + '|' + cents(row[2]);
    appendList(text, row[3]);
    return text;
}

std::string Statements::ownersOf(const std::shared_ptr<const query::Prepared>& statement, std::string_view uscc) {
    std::string text = std::string(uscc);
    char separator = '|';
    for (const std::vector<Value>& row : ask(statement, uscc)) {
        const auto micro = static_cast<std::int64_t>(std::floor(row[1].floating() * 1e6 + 0.5 + 1e-4));
        text += separator + std::string(row[0].string()) + '=' + std::to_string(micro);
        separator = ';';
    }
    return separator == '|' ? text + '|' : text;
}

std::string Statements::owners(std::string_view uscc) {
    return ownersOf(owners_, uscc);
}
std::string Statements::ownership(std::string_view uscc) {
    return ownersOf(ownership_, uscc);
}

std::string Statements::relatedSum(std::string_view uscc) {
    const std::vector<Value>& row = ask(sum_, uscc).at(0);
    return std::string(uscc) + '|' + number(row[0]) + '|' + number(row[1]) + '|' + cents(row[2]);
}

}  // namespace xinpu::bench
