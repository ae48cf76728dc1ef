// query/session/personal.h
#pragma once
// The class personal beside statements: which properties a text names, and the class kept between runs.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/catalog/personal_class.h"
#include "query/session/prepared.h"

namespace xinpu::query {

/// Names of properties in the text, ascending: after dots, in patterns, map projections, SET. Names that are
/// values (`n[$name]`, options of procedures) are not among them: the view notices those.
std::vector<std::string> propertiesNamed(Statement& statement);

/// Whether the statement names a property that some record has as personal.
bool namesPersonal(const Prepared& prepared, const engine::PersonalClass& personal,
                   const engine::Catalog& catalog);

/// The class of the last catalogue asked for. Threads: any.
class PersonalClassCache {
public:
    std::shared_ptr<const engine::PersonalClass> of(const engine::Catalog& catalog,
                                                    const engine::PersonalRules& rules);

private:
    /// What the class is made of. Committed catalogues only grow, but for indexes, whose ids are never used again.
    struct Basis {
        std::size_t labels = 0;
        std::size_t types = 0;
        std::size_t keys = 0;
        std::size_t shapes = 0;
        std::size_t indexes = 0;
        std::uint32_t last_index = 0;
        friend bool operator==(const Basis&, const Basis&) = default;
    };
    std::mutex mutex_;
    Basis basis_;
    std::shared_ptr<const engine::PersonalClass> kept_;
};

}  // namespace xinpu::query
