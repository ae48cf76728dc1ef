// loaders/schema_file.h
#pragma once
// What is declared in a database as a JSON file: `export` writes it, `import` declares it again.

#include <filesystem>
#include <functional>
#include <string>

#include "engine/catalog/catalog.h"

namespace xinpu::loaders {

/// Indexes, constraints, covered properties, dictionary keys and labels that imply others, by name
/// (docs/data-standard.md, "schema.json").
std::string schemaText(const engine::Catalog& catalog);

/// Whether the text is a JSON object with our mark: other programs have files of this name too.
bool isSchemaText(const std::string& text);

/// Declares what `text` says. Names are given out where they are new; what is declared under its name
/// already stays. @throws Error(Data) naming `file` and what is wrong
void declareSchema(const std::string& text, const std::string& file, engine::CatalogBuilder& catalog,
                   const std::function<engine::IndexId(engine::IndexDefinition)>& declare);

}  // namespace xinpu::loaders
