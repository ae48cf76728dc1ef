// query/semantics/scope.cpp
// Look-up of variables by name, and the names offered where one is not found.
#include "query/semantics/scope.h"

#include <algorithm>
#include <utility>

namespace xinpu::query::semantics {
namespace {

constexpr std::size_t kNamesOfferedMax = 6;
constexpr std::size_t kNameComparedMax =
    40;  // longer names are cut before they are compared: cost is quadratic

/// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
    a = a.substr(0, kNameComparedMax);
    b = b.substr(0, kNameComparedMax);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t changed = corner + (a[i - 1] == b[j - 1] ? 0U : 1U);
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
            corner = above;
        }
    }
    return row[b.size()];
}

}  // namespace

const Variable* Scope::find(const std::string& name) const {
    const auto place = places_.find(name);
    if (place == places_.end() || place->second.empty()) {
        return nullptr;
    }
    return &variables_[place->second.back()];
}

void Scope::declare(Variable variable) {
    places_[variable.name].push_back(variables_.size());
    variables_.push_back(std::move(variable));
}

void Scope::release(std::size_t mark) {
    while (variables_.size() > mark) {
        places_[variables_.back().name].pop_back();
        variables_.pop_back();
    }
}

std::vector<Variable> Scope::since(std::size_t mark) const {
    return {variables_.begin() + static_cast<std::ptrdiff_t>(mark), variables_.end()};
}

std::vector<Variable> Scope::listed() const {
    std::vector<Variable> found;
    for (const auto& [name, places] : places_) {
        if (!places.empty() && !variables_[places.back()].constant) {
            found.push_back(variables_[places.back()]);
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

std::vector<Variable> Scope::constants() const {
    std::vector<Variable> found;
    for (const auto& variable : variables_) {
        if (variable.constant) {
            found.push_back(variable);
        }
    }
    return found;
}

void Scope::makeConstant() {
    for (auto& variable : variables_) {
        variable.constant = true;
    }
}

std::string Scope::nearest(const std::string& name) const {
    std::vector<std::pair<std::size_t, std::string>> names;
    for (const auto& [known, places] : places_) {
        if (!places.empty()) {
            names.emplace_back(distance(name, known), known);
        }
    }
    std::sort(names.begin(), names.end());
    if (names.size() > kNamesOfferedMax) {
        names.resize(kNamesOfferedMax);
    }
    std::string text;
    for (const auto& [far, known] : names) {
        text += (text.empty() ? "Defined here: '" : ", '") + known + "'";
    }
    return text.empty() ? text : text + ".";
}

}  // namespace xinpu::query::semantics
