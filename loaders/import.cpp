// loaders/import.cpp
// Nodes first, by id space; then relationships, which look their ends up.

#include "loaders/import.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>

#include "engine/journal/payload.h"
#include "engine/txn/database.h"
#include "loaders/bulk_records.h"
#include "loaders/csv_reader.h"
#include "loaders/import_value.h"
#include "loaders/party_table.h"
#include "loaders/quarantine.h"
#include "loaders/schema_file.h"
#include "loaders/utf8.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

using engine::Value;

constexpr std::size_t kShownBytesMax = 80;
constexpr std::uint64_t kTickRows = 1'024;

std::string shown(std::string_view text) {
    return std::string(cutUtf8(text, kShownBytesMax));
}

/// One file being read: where in it we are, for errors.
class GraphFile {
public:
    GraphFile(HeaderKind kind, const ImportSource& source, const std::string& file, char delimiter,
              std::function<void(std::span<const std::byte>)> on_bytes)
        : reader_(file, CsvOptions{.delimiter = delimiter, .onBytes = std::move(on_bytes)}) {
        if (!next()) {
            throw Error(ErrorCode::Data, fmt::format("'{}' is empty: it has no header line.", file),
                        "HEADER_MISSING");
        }
        if (source.header_file.empty()) {
            header_ = parseGraphHeader(kind, reader_.row().fields, file);
            return;
        }
        CsvReader own(source.header_file, CsvOptions{.delimiter = delimiter, .onBytes = {}});
        if (own.next() != CsvReader::Step::Row) {
            throw Error(ErrorCode::Data, fmt::format("'{}' has no readable header line.", source.header_file),
                        "HEADER_MISSING");
        }
        header_ = parseGraphHeader(kind, own.row().fields, source.header_file);
        if (header_.columns.size() != reader_.row().fields.size()) {
            throw Error(ErrorCode::Data,
                        fmt::format("The header '{}' has {} columns, '{}' has {}.", source.header_file,
                                    header_.columns.size(), file, reader_.row().fields.size()),
                        "HEADER_MISSING");
        }
    }

    const GraphHeader& header() const noexcept { return header_; }
    /// The next row, false at the end. @throws Error(Data) for a row that cannot be read
    bool next() {
        switch (reader_.next()) {
        case CsvReader::Step::Row:
            return true;
        case CsvReader::Step::Fault:
            throw Error(ErrorCode::Data,
                        fmt::format("'{}', line {}: {}.", reader_.name(), reader_.fault().line,
                                    message(messageOf(reader_.fault().kind), Language::En,
                                            valuesOf(reader_.fault()))),
                        std::string(codeOf(reader_.fault().kind)));
        case CsvReader::Step::End:
            break;
        }
        return false;
    }
    std::string_view field(std::size_t column) const { return reader_.row().fields[column]; }
    /// Nothing between two delimiters is no value; "" is an empty text.
    bool given(std::size_t column) const { return !field(column).empty() || reader_.row().quoted(column); }
    [[noreturn]] void refuse(std::size_t column, const std::string& what) const {
        throw Error(ErrorCode::Data,
                    fmt::format("'{}', line {}, column {} ('{}'): {}", reader_.name(), reader_.row().line,
                                column + 1, toText(header_.columns[column]), what),
                    "VALUE_INVALID");
    }
    [[noreturn]] void refuseRow(const std::string& what) const {
        throw Error(ErrorCode::Data,
                    fmt::format("'{}', line {}: {}", reader_.name(), reader_.row().line, what),
                    "VALUE_INVALID");
    }
    std::uint64_t bytesRead() const noexcept { return reader_.bytesRead(); }

private:
    CsvReader reader_;
    GraphHeader header_;
};

/// Rules of the schema, held against the rows while they are only looked at.
class RuleCheck {
public:
    explicit RuleCheck(const engine::CatalogBuilder& names) : names_(names) {}

    /// What is wrong, or nothing.
    std::string node(const engine::NodeRecord& record, std::uint32_t number) {
        for (const engine::IndexDefinition& index : names_.catalog().indexes()) {
            if (!index.label.valid() ||
                !std::binary_search(record.labels.begin(), record.labels.end(), index.label)) {
                continue;
            }
            if (index.kind == engine::IndexKind::Unique) {
                const auto key = engine::indexKey(index, record.properties);
                if (key && seen_[index.id.value].insert(*key, number, 0).number != PartyTable::kNone) {
                    return fmt::format("'{}' allows one node with these values; there is one already.",
                                       index.name);
                }
            }
            if (std::string wrong = rules(index, record.properties); !wrong.empty()) {
                return wrong;
            }
        }
        return {};
    }
    std::string relationship(const engine::RelRecord& record) const {
        for (const engine::IndexDefinition& index : names_.catalog().indexes()) {
            if (!index.label.valid() && index.type == record.type) {
                if (std::string wrong = rules(index, record.properties); !wrong.empty()) {
                    return wrong;
                }
            }
        }
        return {};
    }

private:
    std::string rules(const engine::IndexDefinition& index, const engine::Properties& properties) const {
        for (const engine::KeyId key : index.keys) {
            const Value value = engine::propertyOf(properties, key);
            const std::string_view name = names_.catalog().keys().name(key.value);
            if ((index.rules & engine::kRuleExists) != 0 && value.isNull()) {
                return fmt::format("'{}' demands the property '{}'.", index.name, name);
            }
            if ((index.rules & engine::kRuleTyped) != 0 && !value.isNull() &&
                value.kind() != index.value_kind) {
                return fmt::format("'{}' demands that '{}' is of type {}, not {}.", index.name, name,
                                   engine::kindName(index.value_kind), engine::kindName(value.kind()));
            }
        }
        return {};
    }
    const engine::CatalogBuilder& names_;  ///< its catalogue is another one after each new name
    std::map<std::uint32_t, PartyTable> seen_;
};

class ImportPass {
public:
    /// Without a graph the pass only looks.
    ImportPass(const ImportRequest& request, const LoadHooks& hooks, std::uint64_t bytes_before,
               std::uint64_t bytes_all, engine::CatalogBuilder& names, engine::BulkGraph* graph)
        : request_(request), hooks_(hooks), bytes_before_(bytes_before), bytes_all_(bytes_all), names_(names),
          graph_(graph) {
        if (graph_ != nullptr) {
            records_.emplace(*graph_);
        }
    }

    void run() {
        for (const ImportSource& source : request_.nodes) {
            each(HeaderKind::Nodes, source, [&](GraphFile& file) { node(file, source); });
        }
        if (graph_ != nullptr) {
            graph_->endNodes();
        }
        for (const ImportSource& source : request_.relationships) {
            each(HeaderKind::Relationships, source, [&](GraphFile& file) { relationship(file, source); });
        }
    }
    std::uint64_t bytesRead() const noexcept { return bytes_before_; }
    engine::PayloadWriter& payload() noexcept { return payload_; }

private:
    template <typename Take>
    void each(HeaderKind kind, const ImportSource& source, Take&& take) {
        for (const std::string& name : source.files) {
            engine::DigestStream digest;
            GraphFile file(
                kind, source, name, request_.delimiter,
                graph_ == nullptr ? std::function<void(std::span<const std::byte>)>()
                                  : [&digest](std::span<const std::byte> bytes) { digest.add(bytes); });
            resolve(file.header());
            for (std::uint64_t rows = 0; file.next(); ++rows) {
                if (rows % kTickRows == 0) {
                    tick(kind, bytes_before_ + file.bytesRead());
                }
                take(file);
                ++rows_;
            }
            bytes_before_ += file.bytesRead();
            if (graph_ != nullptr) {
                payload_.file(std::filesystem::path(name).filename().string(), digest.finish());
            }
        }
    }

    void tick(HeaderKind kind, std::uint64_t bytes) {
        if (hooks_.stop != nullptr && hooks_.stop->load(std::memory_order_relaxed)) {
            throw Error(ErrorCode::Cancelled, "The import was stopped.");
        }
        if (hooks_.progress) {
            hooks_.progress(graph_ == nullptr           ? "check"
                            : kind == HeaderKind::Nodes ? "nodes"
                                                        : "relationships",
                            bytes, bytes_all_, rows_);
        }
    }

    /// Numbers of the header's properties, once a file.
    void resolve(const GraphHeader& header) {
        keys_.assign(header.columns.size(), engine::KeyId{});
        for (std::size_t i = 0; i < header.columns.size(); ++i) {
            if (!header.columns[i].name.empty()) {
                keys_[i] = names_.key(header.columns[i].name);
            }
        }
    }

    void readProperties(const GraphFile& file, engine::Properties& properties) const {
        properties.clear();
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            if (!keys_[i].valid() || !file.given(i)) {
                continue;
            }
            const HeaderColumn& column = file.header().columns[i];
            std::optional<Value> value = readField(file.field(i), column, request_.array_delimiter);
            if (!value) {
                file.refuse(i, fmt::format("'{}' is not {}{}.", shown(file.field(i)), nameOf(column.type),
                                           column.array ? "[]" : ""));
            }
            properties.emplace_back(keys_[i], std::move(*value));
        }
        std::sort(properties.begin(), properties.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
    }

    void readLabels(const GraphFile& file, const ImportSource& source, engine::NodeRecord& record) {
        record.labels.clear();
        for (const std::string& name : source.names) {
            record.labels.push_back(names_.label(name));
        }
        if (const auto column = file.header().find(ColumnRole::Label)) {
            std::string_view rest = file.field(*column);
            while (!rest.empty()) {
                const std::size_t at = rest.find(request_.array_delimiter);
                if (at != 0) {
                    record.labels.push_back(names_.label(rest.substr(0, at)));
                }
                rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
            }
        }
        std::sort(record.labels.begin(), record.labels.end());
        record.labels.erase(std::unique(record.labels.begin(), record.labels.end()), record.labels.end());
    }

    void node(const GraphFile& file, const ImportSource& source) {
        readLabels(file, source, node_);
        readProperties(file, node_.properties);
        const std::uint32_t number = graph_ != nullptr ? records_->node(node_).value : dry_next_++;
        if (const auto column = file.header().find(ColumnRole::Id)) {
            if (!file.given(*column)) {
                file.refuse(*column, "a node needs an id.");
            }
            PartyTable& space = spaces_[file.header().columns[*column].space];
            if (space.insert(file.field(*column), number, 0).number != PartyTable::kNone) {
                file.refuse(*column, fmt::format("the id '{}' stands here for the second time.",
                                                 shown(file.field(*column))));
            }
        }
        if (graph_ == nullptr) {
            if (const std::string wrong = rules_.node(node_, number); !wrong.empty()) {
                file.refuseRow(wrong);
            }
        }
    }

    engine::NodeId end(const GraphFile& file, ColumnRole role) const {
        const std::size_t column = *file.header().find(role);
        const auto space = spaces_.find(file.header().columns[column].space);
        const std::uint32_t number =
            space == spaces_.end() ? PartyTable::kNone : space->second.find(file.field(column));
        if (number == PartyTable::kNone) {
            file.refuse(column, fmt::format("there is no node with the id '{}'{}.", shown(file.field(column)),
                                            space == spaces_.end() ? ", nor any id of this space" : ""));
        }
        return engine::NodeId{number};
    }

    void relationship(const GraphFile& file, const ImportSource& source) {
        const auto column = file.header().find(ColumnRole::Type);
        if (column && !file.field(*column).empty()) {
            relationship_.type = names_.type(file.field(*column));
        } else if (!source.names.empty()) {
            relationship_.type = names_.type(source.names.front());
        } else {
            file.refuseRow("the relationship has no type: name it in the argument, TYPE=file, or in a column "
                           ":TYPE.");
        }
        relationship_.start = end(file, ColumnRole::StartId);
        relationship_.end = end(file, ColumnRole::EndId);
        readProperties(file, relationship_.properties);
        if (graph_ != nullptr) {
            records_->relationship(relationship_);
        } else if (const std::string wrong = rules_.relationship(relationship_); !wrong.empty()) {
            file.refuseRow(wrong);
        }
    }

    const ImportRequest& request_;
    const LoadHooks& hooks_;
    std::uint64_t bytes_before_;
    std::uint64_t bytes_all_;
    std::uint64_t rows_ = 0;
    engine::CatalogBuilder& names_;
    engine::BulkGraph* graph_;
    std::optional<BulkRecords> records_;
    RuleCheck rules_{names_};
    std::uint32_t dry_next_ = 0;
    std::map<std::string, PartyTable, std::less<>> spaces_;
    std::vector<engine::KeyId> keys_;  ///< by column of the file at hand
    engine::NodeRecord node_;
    engine::RelRecord relationship_;
    engine::PayloadWriter payload_;
};

std::string readAll(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw Error(ErrorCode::Usage, fmt::format("There is no file '{}'.", file.string()));
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Schema {
    std::string file;
    std::string text;
    void declareIn(engine::CatalogBuilder& names,
                   const std::function<engine::IndexId(engine::IndexDefinition)>& declare) const {
        if (!text.empty()) {
            declareSchema(text, file, names, declare);
        }
    }
};

Schema schemaOf(const ImportRequest& request) {
    if (!request.schema.empty()) {
        return {request.schema, readAll(request.schema)};
    }
    if (request.nodes.empty()) {
        return {};
    }
    const std::filesystem::path beside =
        std::filesystem::path(request.nodes.front().files.front()).parent_path() / "schema.json";
    if (!std::filesystem::is_regular_file(beside)) {
        return {};
    }
    std::string text = readAll(beside);
    return isSchemaText(text) ? Schema{beside.string(), std::move(text)} : Schema{};
}

/// Bytes of all files; all must be there, and can be read twice.
std::uint64_t sizeOfFiles(const ImportRequest& request) {
    std::uint64_t bytes = 0;
    for (const auto* sources : {&request.nodes, &request.relationships}) {
        for (const ImportSource& source : *sources) {
            for (const std::string& file : source.files) {
                if (!std::filesystem::is_regular_file(file)) {
                    throw Error(
                        ErrorCode::Usage,
                        fmt::format("There is no file '{}'. An import reads its files twice: pipes will "
                                    "not do.",
                                    file));
                }
                bytes += std::filesystem::file_size(file);
            }
        }
    }
    return bytes;
}

/// The catalogue that the import begins with. @throws Error(Conflict)
std::shared_ptr<const engine::Catalog> catalogOfEmpty(const std::filesystem::path& folder) {
    if (engine::loadIncomplete(folder) || !std::filesystem::exists(folder / "data.mdb")) {
        return std::make_shared<const engine::Catalog>();
    }
    const auto database = engine::Database::open(folder, {.read_only = true});
    const auto snapshot = database->snapshot();
    if (snapshot->counts().nodes != 0) {
        throw Error(ErrorCode::Conflict,
                    fmt::format("The database in '{}' is not empty ({} nodes). Import into a new one: "
                                "--database NAME.",
                                folder.string(), snapshot->counts().nodes));
    }
    return snapshot->state().catalog;
}

}  // namespace

std::string toJson(const ImportOutcome& outcome) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    const auto counts = [&writer](const char* name, const std::map<std::string, std::uint64_t>& list) {
        writer.Key(name);
        writer.StartObject();
        for (const auto& [word, count] : list) {
            writer.Key(word.data(), static_cast<rapidjson::SizeType>(word.size()));
            writer.Uint64(count);
        }
        writer.EndObject();
    };
    writer.StartObject();
    writer.Key("nodes");
    writer.Uint64(outcome.nodes);
    writer.Key("relationships");
    writer.Uint64(outcome.relationships);
    counts("labels", outcome.by_label);
    counts("types", outcome.by_type);
    writer.Key("seconds");
    writer.Double(outcome.seconds);
    writer.Key("journal");
    writer.Uint64(outcome.journal);
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

ImportOutcome importGraph(const ImportRequest& request, const LoadHooks& hooks) {
    const auto began = std::chrono::steady_clock::now();
    const std::uint64_t bytes = sizeOfFiles(request);
    const Schema schema = schemaOf(request);
    const std::filesystem::path folder = engine::databaseFolder(request.data, request.database);
    {
        engine::CatalogBuilder names(catalogOfEmpty(folder));
        schema.declareIn(names,
                         [&names](engine::IndexDefinition def) { return names.addIndex(std::move(def)); });
        ImportPass(request, hooks, 0, 2 * bytes, names, nullptr).run();
    }
    engine::BulkGraph graph(folder, {.memory_bytes = request.memory_bytes});
    schema.declareIn(graph.catalog(),
                     [&graph](engine::IndexDefinition def) { return graph.declare(std::move(def)); });
    ImportPass pass(request, hooks, bytes, 2 * bytes, graph.catalog(), &graph);
    pass.run();
    if (hooks.progress) {
        hooks.progress("indexes", 2 * bytes, 2 * bytes, graph.counts().nodes + graph.counts().relationships);
    }
    engine::EntryDraft draft;
    draft.time_us = std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
    draft.kind = engine::EntryKind::Load;
    draft.principal = "local";
    ImportOutcome outcome;
    outcome.journal = graph.finish(draft, pass.payload().take());
    outcome.nodes = graph.counts().nodes;
    outcome.relationships = graph.counts().relationships;
    const engine::Catalog& catalog = graph.catalog().catalog();
    for (const auto& [label, count] : graph.counts().by_label) {
        outcome.by_label.emplace(catalog.labels().name(label), count);
    }
    for (const auto& [type, count] : graph.counts().by_type) {
        outcome.by_type.emplace(catalog.types().name(type), count);
    }
    outcome.schema = schema.file;
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return outcome;
}

}  // namespace xinpu::loaders
