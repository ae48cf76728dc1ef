// query/semantics/procedures.cpp
// CALL name(…) YIELD …: the procedure, its arguments, the variables that it gives.
#include <algorithm>

#include <fmt/format.h>

#include "query/semantics/binding.h"

namespace xinpu::query::semantics {
namespace {

const ProcedureField* outputOf(const Procedure& procedure, const std::string& name) {
    const auto field = std::find_if(procedure.outputs.begin(), procedure.outputs.end(),
                                    [&](const ProcedureField& output) { return output.name == name; });
    return field == procedure.outputs.end() ? nullptr : &*field;
}

/// A whole number serves where a Float or Decimal is asked for.
KindSet assignable(KindSet kinds) noexcept {
    return (kinds & kNumbers) != 0 ? kinds | kInteger : kinds;
}

}  // namespace

void Binding::bindProcedure(Clause& clause, bool standalone, std::vector<Column>& columns) {
    clause.procedure = registry_.procedure(clause.name);
    if (clause.procedure == nullptr) {
        refuse(ErrorCode::Procedure, "ProcedureNotFound",
               fmt::format("There is no procedure '{}'; SHOW PROCEDURES lists those there are.", clause.name),
               clause.at);
    }
    if (clause.procedure->updates) {
        markUpdating(clause.at);
    }
    bindArguments(clause, standalone);
    bindYields(clause, standalone);
    if (clause.where != nullptr) {
        bindWhere(*clause.where, kPredicate);
    }
    if (standalone) {
        for (const YieldItem& item : clause.yields) {
            columns.push_back({.name = item.name, .slot = item.slot});
        }
    }
}

void Binding::bindArguments(Clause& clause, bool standalone) {
    const Procedure& procedure = *clause.procedure;
    if (!clause.args_given && !standalone && !procedure.inputs.empty()) {
        refuseSyntax(
            "InvalidArgumentPassingMode",
            fmt::format("Only a CALL that is a whole statement takes its arguments from the parameters: "
                        "write {}(…).",
                        procedure.name),
            clause.at);
    }
    if (!clause.args_given) {
        for (const ProcedureField& input : procedure.inputs) {
            auto parameter = std::make_unique<Expr>();
            parameter->kind = ExprKind::Parameter;
            parameter->name = input.name;
            parameter->at = clause.at;
            clause.args.push_back(std::move(parameter));
        }
    }
    if (clause.args.size() < procedure.inputs_required || clause.args.size() > procedure.inputs.size()) {
        const std::size_t most = procedure.inputs.size();
        refuseSyntax("InvalidNumberOfArguments",
                     procedure.inputs_required == most
                         ? fmt::format("{} takes {} arguments but {} were given.", procedure.name, most,
                                       clause.args.size())
                         : fmt::format("{} takes {} to {} arguments but {} were given.", procedure.name,
                                       procedure.inputs_required, most, clause.args.size()),
                     clause.at);
    }
    for (std::size_t i = 0; i < clause.args.size(); ++i) {
        Expr& arg = *clause.args[i];
        bindExpr(arg, kPlain);
        const ProcedureField& input = procedure.inputs[i];
        if (never(arg.type, assignable(input.kinds))) {
            refuseSyntax("InvalidArgumentType",
                         fmt::format("Argument '{}' of {} must be {} but this is {}.", input.name,
                                     procedure.name, input.type.empty() ? kindsText(input.kinds) : input.type,
                                     kindsText(arg.type)),
                         arg.at);
        }
        for (std::size_t k = 0; arg.kind == ExprKind::Map && k < arg.keys.size(); ++k) {
            if (arg.keys[k] == "on" && procedure.name.starts_with("graph.")) {
                checkDate(*arg.args[k], "on");
            }
        }
    }
}

void Binding::bindYields(Clause& clause, bool standalone) {
    const Procedure& procedure = *clause.procedure;
    if (clause.yield_star && !standalone) {
        refuseSyntax("UnexpectedSyntax",
                     "YIELD * is only for a CALL that is a whole statement: name the fields that are wanted.",
                     clause.at);
    }
    if (standalone && (clause.yield_star || !clause.yield_given)) {
        clause.yields.clear();
        for (const ProcedureField& output : procedure.outputs) {
            clause.yields.push_back({.field = output.name, .name = output.name, .at = clause.at});
        }
    }
    for (YieldItem& item : clause.yields) {
        const ProcedureField* output = outputOf(procedure, item.field);
        if (output == nullptr) {
            std::string names;
            for (const ProcedureField& field : procedure.outputs) {
                names += (names.empty() ? "" : ", ") + field.name;
            }
            refuseSyntax(
                "UndefinedVariable",
                fmt::format("{} gives no field '{}'. Its fields: {}.", procedure.name, item.field, names),
                item.at);
        }
        item.slot = newSlot();
        declareNew(item.name, item.slot, output->kinds, kAnyKind, item.at);
    }
}

}  // namespace xinpu::query::semantics
