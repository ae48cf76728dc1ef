// tests/fuzz/binder_fuzz.cpp
// Any text as a statement: what parses is bound and planned, or refused with an error of openCypher's classes; the
// plan with rewrites gives the same columns as the one without.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "credit/language/words.h"
#include "fuzz_check.h"
#include "query/functions/registry.h"
#include "query/plan/planner.h"
#include "query/procedures/builtin.h"
#include "query/semantics/binder.h"
#include "query/syntax/parser.h"

using namespace xinpu;
using namespace xinpu::query;

namespace {

/// Names and rules that statements of the corpus use.
std::shared_ptr<const engine::Catalog> catalogue() {
    engine::CatalogBuilder builder(std::make_shared<const engine::Catalog>());
    const engine::LabelId a = builder.label("A");
    const engine::LabelId person = builder.label("Person");
    const engine::TypeId r = builder.type("R");
    const engine::KeyId x = builder.key("x");
    const engine::KeyId pid = builder.key("pid");
    const engine::KeyId day = builder.key("day");
    builder.addIndex({.name = "ax", .kind = engine::IndexKind::Range, .label = a, .keys = {x}});
    builder.addIndex({.name = "pid", .kind = engine::IndexKind::Unique, .label = person, .keys = {pid}});
    builder.addIndex({.name = "day", .kind = engine::IndexKind::DateBitmap, .label = a, .keys = {day}});
    builder.addIndex({.name = "typed",
                      .kind = engine::IndexKind::Rule,
                      .rules = engine::kRuleTyped,
                      .value_kind = engine::Kind::Date,
                      .label = a,
                      .keys = {day}});
    builder.addIndex({.name = "rx",
                      .kind = engine::IndexKind::Adjacency,
                      .type = r,
                      .keys = {x},
                      .codecs = {{engine::SlotCodec::Kind::Integer, 0}}});
    builder.addImplication(person, a);
    return builder.share();
}

std::shared_ptr<const Registry> fullRegistry() {
    auto registry = std::make_shared<Registry>();
    registerBuiltinFunctions(*registry);
    registerBuiltinProcedures(*registry);
    credit::registerCreditWords(*registry);
    return registry;
}

bool isUsersFault(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::Syntax:
    case ErrorCode::Semantic:
    case ErrorCode::Type:
    case ErrorCode::Argument:
    case ErrorCode::Arithmetic:
    case ErrorCode::Parameter:
    case ErrorCode::Procedure:
    case ErrorCode::NotFound:
    case ErrorCode::Limit:
        return true;
    default:
        return false;
    }
}

/// The columns, or nothing if it was refused.
std::unique_ptr<std::vector<std::string>> planned(std::string_view text, bool optimize,
                                                  const engine::PersonalClass* masked) {
    static const std::shared_ptr<const Registry> registry = fullRegistry();
    static const std::shared_ptr<const engine::Catalog> catalog = catalogue();
    static const engine::Counts counts;
    try {
        std::unique_ptr<Statement> statement = parseStatement(text);
        if (statement->schema) {
            return nullptr;
        }
        bind(*statement, *registry, *catalog);
        const auto plan = makePlan(std::move(statement),
                                   {.catalog = *catalog, .counts = counts, .masked = masked, .optimize = optimize});
        FUZZ_CHECK(plan->root != nullptr);
        return std::make_unique<std::vector<std::string>>(plan->statement->query->columns);
    } catch (const Error& error) {
        FUZZ_CHECK(isUsersFault(error.code()));
        FUZZ_CHECK(!error.message().empty());
        return nullptr;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const engine::PersonalClass personal(*catalogue(), fullRegistry()->personalData().rules);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto with_rewrites = planned(text, true, nullptr);
    const auto without = planned(text, false, nullptr);
    const auto masked = planned(text, true, &personal);
    FUZZ_CHECK((with_rewrites == nullptr) == (without == nullptr) && (with_rewrites == nullptr) == (masked == nullptr));
    FUZZ_CHECK(with_rewrites == nullptr || (*with_rewrites == *without && *with_rewrites == *masked));
    return 0;
}
