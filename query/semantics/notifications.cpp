// query/semantics/notifications.cpp
// What is allowed but probably not meant: unknown names, disconnected patterns, dates compared with texts.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "query/semantics/binding.h"

namespace xinpu::query::semantics {
namespace {

/// A statement with thousands of unknown names needs no list of them all.
constexpr std::size_t kNotificationsMax = 100;

constexpr const char* kUnknown =
    "One of the {0} in your query is not available in the database, make sure you didn't misspell it or that "
    "the "
    "{1} is available when you run this statement in your application (the missing {1} name is: {2})";

/// Sets of paths that share a variable, by the smallest path of each.
class Components {
public:
    explicit Components(std::size_t count) : parents_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            parents_[i] = i;
        }
    }
    std::size_t of(std::size_t path) const {
        while (parents_[path] != path) {
            path = parents_[path];
        }
        return path;
    }
    void join(std::size_t a, std::size_t b) {
        a = of(a);
        b = of(b);
        parents_[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<std::size_t> parents_;
};

}  // namespace

void Binding::note(const char* code, const char* title, const std::string& description,
                   const std::string& name, Position at) {
    if (statement_.notifications.size() < kNotificationsMax &&
        noted_.insert(std::string(code) + '/' + name).second) {
        statement_.notifications.push_back({.code = std::string("Neo.ClientNotification.Statement.") + code,
                                            .title = title,
                                            .description = description,
                                            .at = at});
    }
}

void Binding::noteLabel(const std::string& name, bool of_relationship, Position at) {
    if (of_relationship) {
        if (!catalog_.type(name)) {
            note("UnknownRelationshipTypeWarning", "The provided relationship type is not in the database.",
                 fmt::format(kUnknown, "relationship types", "relationship type", name), name, at);
        }
    } else if (!catalog_.label(name)) {
        note("UnknownLabelWarning", "The provided label is not in the database.",
             fmt::format(kUnknown, "labels", "label", name), name, at);
    }
}

void Binding::noteKey(const std::string& name, Position at) {
    if (!catalog_.key(name) && !made_keys_.contains(name)) {
        note("UnknownPropertyKeyWarning", "The provided property key is not in the database",
             fmt::format(kUnknown, "property names", "property name", name), name, at);
    }
}

void Binding::noteCartesian(const Clause& clause) {
    const auto& paths = clause.patterns;
    if (paths.size() < 2) {
        return;
    }
    std::unordered_map<Slot, std::size_t>
        first;  // path where a slot was met first; bound ones join all they stand in
    Components components(paths.size());
    std::vector<bool> anchored(paths.size(), false);
    for (std::size_t p = 0; p < paths.size(); ++p) {
        for (const NodePattern& node : paths[p].nodes) {
            const auto [place, fresh] = first.emplace(node.slot, p);
            if (!fresh) {
                components.join(place->second, p);
            }
            anchored[p] = anchored[p] || node.bound;
        }
        for (const PathStepPattern& step : paths[p].steps) {
            anchored[p] = anchored[p] || (step.relationship != nullptr && step.relationship->bound);
        }
    }
    std::vector<bool> held(paths.size(), false);
    for (std::size_t p = 0; p < paths.size(); ++p) {
        held[components.of(p)] = held[components.of(p)] || anchored[p];
    }
    std::size_t loose = 0;
    std::string names;
    for (std::size_t p = 0; p < paths.size(); ++p) {
        const std::size_t component = components.of(p);
        if (held[component]) {
            continue;
        }
        loose += component == p ? 1 : 0;
        for (const NodePattern& node : paths[p].nodes) {
            if (loose > 1 && !node.name.empty()) {
                names += (names.empty() ? "" : ", ") + node.name;
            }
        }
    }
    if (loose < 2) {
        return;
    }
    const std::string which = names.empty() ? "" : fmt::format(" (identifier is: ({}))", names);
    note("CartesianProduct", "This query builds a cartesian product between disconnected patterns.",
         "If a part of a query contains multiple disconnected patterns, this will build a cartesian product "
         "between "
         "all those parts. This may produce a large amount of data and slow down query processing. While "
         "occasionally intended, it may often be possible to reformulate the query that avoids the use of "
         "this cross "
         "product, perhaps by adding a relationship between the different parts or by using OPTIONAL MATCH" +
             which,
         names, clause.at);
}

/// A property that a constraint types as DATE is never equal to, before or after a text.
void Binding::noteDates(const Expr& comparison) {
    for (std::size_t i = 0; i + 1 < comparison.args.size(); ++i) {
        for (const bool swapped : {false, true}) {
            const Expr& property = *comparison.args[swapped ? i + 1 : i];
            const Expr& text = *comparison.args[swapped ? i : i + 1];
            if (property.kind != ExprKind::Property || property.args[0]->kind != ExprKind::Variable ||
                text.type != kString) {
                continue;
            }
            const Variable* variable = scope_.find(property.args[0]->name);
            const auto key = catalog_.key(property.name);
            if (variable == nullptr || !key) {
                continue;
            }
            for (const engine::IndexDefinition& rule : catalog_.indexes()) {
                if ((rule.rules & engine::kRuleTyped) == 0 || rule.value_kind != Kind::Date ||
                    std::find(rule.keys.begin(), rule.keys.end(), *key) == rule.keys.end()) {
                    continue;
                }
                const std::string_view name = rule.label.valid()  ? catalog_.labels().name(rule.label.value)
                                              : rule.type.valid() ? catalog_.types().name(rule.type.value)
                                                                  : std::string_view{};
                const auto& labels = variable->labels;
                if (std::find(labels.begin(), labels.end(), name) != labels.end()) {
                    note(
                        "DateComparedWithString", "A date is compared with a text.",
                        fmt::format("Property {}.{} is of type DATE, so this comparison is never true. Write "
                                    "date('…') around the text.",
                                    name, property.name),
                        property.name, property.at);
                }
            }
        }
    }
}

}  // namespace xinpu::query::semantics
