// cli/statement_cell.h
#pragma once
// A value of a statement's result as a cell: whole nodes, relationships and paths, read through the graph.

#include <string>

#include "cli/result_format.h"
#include "engine/value/value.h"
#include "query/view/graph_view.h"

namespace xinpu::cli {

/// For a table: nodes as `(:Company {name: 'A'})`; for the other formats: as JSON, in the form of the
/// server's plain answers.
Cell statementCell(const engine::Value& value, const query::GraphView& graph, Format format);

/// The value as openCypher writes it, strings at the top without quotes.
std::string displayText(const engine::Value& value, const query::GraphView& graph);

}  // namespace xinpu::cli
