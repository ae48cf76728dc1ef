// query/functions/registry.cpp
// Names to functions and procedures.

#include "query/functions/registry.h"

#include "xinpu/assert.h"

namespace xinpu::query {
namespace {

std::string lowered(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

}  // namespace

void Registry::add(Function function) {
    std::string key = lowered(function.name);
    const bool is_new =
        functions_.emplace(std::move(key), std::make_unique<Function>(std::move(function))).second;
    XINPU_ASSERT(is_new);
}

void Registry::add(Procedure procedure) {
    std::string key = lowered(procedure.name);
    const bool is_new =
        procedures_.emplace(std::move(key), std::make_unique<Procedure>(std::move(procedure))).second;
    XINPU_ASSERT(is_new);
}

const Function* Registry::function(std::string_view name) const {
    const auto found = functions_.find(lowered(name));
    return found != functions_.end() ? found->second.get() : nullptr;
}

const Procedure* Registry::procedure(std::string_view name) const {
    const auto found = procedures_.find(lowered(name));
    return found != procedures_.end() ? found->second.get() : nullptr;
}

std::vector<const Function*> Registry::functions() const {
    std::vector<const Function*> all;
    all.reserve(functions_.size());
    for (const auto& [key, function] : functions_) {
        all.push_back(function.get());
    }
    return all;
}

std::vector<const Procedure*> Registry::procedures() const {
    std::vector<const Procedure*> all;
    all.reserve(procedures_.size());
    for (const auto& [key, procedure] : procedures_) {
        all.push_back(procedure.get());
    }
    return all;
}

}  // namespace xinpu::query
