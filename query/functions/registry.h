// query/functions/registry.h
#pragma once
// The registry of functions and procedures: signature, doc text, implementation. Rooms above register theirs.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/calendar/calendar.h"
#include "engine/value/value.h"
#include "query/functions/budget.h"
#include "query/syntax/ast.h"
#include "query/view/graph_view.h"

namespace xinpu::query {

/// The instant of a statement: `date()` and the like give the same all through it.
struct StatementClock {
    std::int64_t epoch_seconds = 0;
    std::int32_t nanos = 0;
    std::string zone = "Asia/Shanghai";  ///< what date() and friends without argument mean
};

/// What an expression may ask beside its row. One per run of a statement; one thread.
struct EvalContext {
    const GraphView* graph = nullptr;
    Budget* budget = nullptr;
    StatementClock clock{};
    std::mt19937_64* random = nullptr;
};

/// Arguments are evaluated; null arguments are passed on unless `null_in_null_out`.
using ScalarCall = engine::Value (*)(EvalContext& context, std::span<const engine::Value> args);

/// Gathers the values of one group. Nulls are left out by the caller, except for count(*) (which has no
/// accumulator) and functions that say otherwise. DISTINCT is the caller's too.
class Accumulator {
public:
    virtual ~Accumulator() = default;
    /// `args[0]` is the value; further arguments (percentile) as given.
    virtual void add(EvalContext& context, std::span<const engine::Value> args) = 0;
    virtual engine::Value result() = 0;
    /// For the memory budget.
    virtual std::size_t heapBytes() const noexcept { return 0; }
};

struct Function {
    std::string name;       ///< as documented, e.g. "toUpper", "date.truncate"; found whatever the case
    std::string signature;  ///< "toUpper(text :: STRING) :: STRING"
    std::string doc;        ///< one sentence
    std::size_t args_min = 0;
    std::size_t args_max = 0;
    bool null_in_null_out = true;
    bool deterministic = true;  ///< false: rand(), randomUUID() — never moved or folded
    bool reads_graph = false;
    bool reads_clock =
        false;  ///< the same all through a run, but not from run to run: not folded into a cached plan
    KindSet result = kAnyKind;
    /// Kinds that each argument may have (the last counts for those that follow); a value of another kind
    /// that is known when compiling is SyntaxError InvalidArgumentType. Empty: any.
    std::vector<KindSet> accepts{};
    ScalarCall call = nullptr;
    std::unique_ptr<Accumulator> (*accumulator)() = nullptr;  ///< of an aggregate function
    bool aggregate() const noexcept { return accumulator != nullptr; }
};

/// What a procedure gives row by row. `emit` may throw (budget, cancellation).
using EmitRow = std::function<void(std::span<const engine::Value>)>;
using ProcedureFunction =
    std::function<void(EvalContext& context, std::span<const engine::Value> args, const EmitRow& emit)>;

struct ProcedureField {
    std::string name;
    KindSet kinds = kAnyKind;
    std::string type;  ///< as documented: "NODE", "INTEGER?"
};
struct Procedure {
    std::string name;  ///< "graph.related"
    std::string doc;
    std::vector<ProcedureField> inputs;
    std::size_t inputs_required = 0;  ///< the rest may be left out: null is passed
    std::vector<ProcedureField> outputs;
    bool updates = false;
    ProcedureFunction call;
};

/// What a domain says of personal data: which properties hold them, and how a text is masked.
struct PersonalData {
    engine::PersonalRules rules{};
    MaskText mask = nullptr;  ///< absent: masked texts are null, as every other value
};

/// Threads: immutable once filled; any number of threads may read it.
class Registry {
public:
    void setPersonalData(PersonalData personal) { personal_ = std::move(personal); }
    const PersonalData& personalData() const noexcept { return personal_; }
    void add(Function function);
    void add(Procedure procedure);
    /// nullptr if there is none. Names are compared without case.
    const Function* function(std::string_view name) const;
    const Procedure* procedure(std::string_view name) const;
    /// By name.
    std::vector<const Function*> functions() const;
    std::vector<const Procedure*> procedures() const;

private:
    std::map<std::string, std::unique_ptr<Function>> functions_;    // by lower-case name
    std::map<std::string, std::unique_ptr<Procedure>> procedures_;  // by lower-case name
    PersonalData personal_;
};

/// Everything of openCypher 9 and of ours that lives in this room (query/functions).
void registerBuiltinFunctions(Registry& registry);

}  // namespace xinpu::query
