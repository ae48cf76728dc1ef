// tests/unit/semantics/fixtures.h
#pragma once
// Procedures that exist for their signature only.

#include <string>
#include <utility>
#include <vector>

#include "query/functions/registry.h"

namespace xinpu::query {

inline Procedure procedureOf(std::string name, std::vector<ProcedureField> inputs,
                             std::vector<ProcedureField> outputs) {
    Procedure procedure;
    procedure.name = std::move(name);
    procedure.inputs_required = inputs.size();
    procedure.inputs = std::move(inputs);
    procedure.outputs = std::move(outputs);
    return procedure;
}

}  // namespace xinpu::query
