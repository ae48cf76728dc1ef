// loaders/export.cpp
// Two walks over one snapshot: which columns each file needs, then the rows.

#include "loaders/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>

#include "engine/txn/database.h"
#include "loaders/export_file.h"
#include "loaders/schema_file.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

/// Files open at a time, of nodes and of relationships: what has no file of its own shares the last one.
constexpr std::size_t kFilesMax = 100;
constexpr std::uint64_t kTickRecords = 1'024;
constexpr const char* kIdSpace = "node";
constexpr char kLabelDelimiter = ';';

HeaderColumn columnOf(ColumnRole role, bool with_space) {
    HeaderColumn column;
    column.role = role;
    column.space = with_space ? kIdSpace : "";
    return column;
}

/// As a POSIX shell reads it back; `xargs` too.
std::string shellQuoted(const std::string& text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("-_./=:").find(static_cast<char>(c)) != std::string::npos;
    });
    if (plain) {
        return text;
    }
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

class Export {
public:
    Export(const ExportRequest& request, const LoadHooks& hooks)
        : folder_(request.destination), hooks_(hooks),
          database_(engine::Database::open(engine::databaseFolder(request.data, request.database),
                                           {.read_only = true})),
          snapshot_(database_->snapshot()), catalog_(snapshot_->catalog()) {
        all_ = 2 * (snapshot_->counts().nodes + snapshot_->counts().relationships);
        if (folder_.string().find(',') != std::string::npos) {
            throw Error(ErrorCode::Usage,
                        "The folder's name holds a comma, which separates files in arguments of `import`.");
        }
        checkNames();
    }

    ExportOutcome run() {
        std::error_code ignored;
        if (std::filesystem::exists(folder_) && !std::filesystem::is_empty(folder_, ignored)) {
            throw Error(ErrorCode::Conflict,
                        fmt::format("'{}' is there and not empty; choose another folder.", folder_.string()));
        }
        const bool made = std::filesystem::create_directories(folder_);
        try {
            nodes();
            relationships();
            text("schema.json", schemaText(catalog_));
            argument("--schema", "schema.json");
            std::string line;
            for (const std::string& each : outcome_.arguments) {
                line += (line.empty() ? "" : " ") + shellQuoted(each);
            }
            text("import-arguments.txt", line + '\n');
        } catch (...) {
            for (const std::string& file : outcome_.files) {
                std::filesystem::remove(folder_ / file, ignored);
            }
            if (made) {
                std::filesystem::remove(folder_, ignored);
            }
            throw;
        }
        return std::move(outcome_);
    }

private:
    void checkNames() const {
        for (std::uint32_t label = 0; label < catalog_.labels().size(); ++label) {
            const std::string_view name = catalog_.labels().name(label);
            if (name.empty() || name.find(kLabelDelimiter) != std::string_view::npos) {
                throw Error(
                    ErrorCode::Conflict,
                    fmt::format("The label '{}' cannot be written: ';' stands between labels.", name));
            }
        }
    }

    void tick(std::string_view phase) {
        if (done_++ % kTickRecords != 0) {
            return;
        }
        if (hooks_.stop != nullptr && hooks_.stop->load(std::memory_order_relaxed)) {
            throw Error(ErrorCode::Cancelled, "The export was stopped.");
        }
        if (hooks_.progress) {
            hooks_.progress(phase, done_, all_, done_ / 2);
        }
    }

    void argument(const char* option, const std::string& name) {
        const std::string path = (folder_ / name).string();
        outcome_.arguments.emplace_back(option);
        const bool file_of_graph = std::string_view(option) != "--schema";
        // An empty name before the sign says that a later one belongs to the path.
        outcome_.arguments.push_back((file_of_graph && path.find('=') != std::string::npos ? "=" : "") +
                                     path);
    }

    void text(const std::string& name, const std::string& content) {
        outcome_.files.push_back(name);
        std::ofstream file(folder_ / name, std::ios::binary);
        file << content;
        file.close();
        if (!file) {
            throw Error(ErrorCode::Io, fmt::format("Cannot write '{}'.", (folder_ / name).string()));
        }
    }

    /// The file of each set of labels, in the order of their first node.
    std::size_t fileOf(const std::vector<engine::LabelId>& labels) {
        const auto [at, fresh] = label_sets_.try_emplace(labels, std::min(label_sets_.size(), kFilesMax - 1));
        return at->second;
    }

    void nodes() {
        std::vector<ExportFile> files;
        snapshot_->eachNode([&](engine::NodeId, const engine::NodeRecord& record) {
            tick("columns");
            const std::size_t number = fileOf(record.labels);
            files.resize(std::max(files.size(), number + 1));
            files[number].see(record.properties);
        });
        for (std::size_t i = 0; i < files.size(); ++i) {
            const std::string name = fmt::format("nodes-{}.csv", i + 1);
            outcome_.files.push_back(name);
            argument("--nodes", name);
            files[i].begin(folder_ / name, HeaderKind::Nodes,
                           {columnOf(ColumnRole::Id, true), columnOf(ColumnRole::Label, false)}, catalog_);
        }
        snapshot_->eachNode([&](engine::NodeId id, const engine::NodeRecord& record) {
            tick("nodes");
            std::string labels;
            for (const engine::LabelId label : record.labels) {
                labels += (labels.empty() ? "" : ";") + std::string(catalog_.labels().name(label.value));
            }
            files[fileOf(record.labels)].row({std::to_string(id.value), labels}, record.properties);
        });
        finish(files, outcome_.nodes);
    }

    /// `relationships-<TYPE>.csv`, or by number where the type's name is none for a file.
    std::string relationshipFile(engine::TypeId type, std::size_t number, bool shared) const {
        const std::string_view name = catalog_.types().name(type.value);
        const bool plain = !shared && !name.empty() && name.size() <= 100 && std::isdigit(name[0]) == 0 &&
                           std::all_of(name.begin(), name.end(),
                                       [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
        return fmt::format("relationships-{}.csv", plain ? std::string(name) : std::to_string(number + 1));
    }

    void relationships() {
        std::vector<ExportFile> files;
        std::map<engine::TypeId, std::size_t> numbers;
        std::vector<engine::TypeId> types;
        snapshot_->eachRelationship([&](engine::RelId, const engine::RelRecord& record) {
            tick("columns");
            const auto [at, fresh] =
                numbers.try_emplace(record.type, std::min(numbers.size(), kFilesMax - 1));
            if (at->second == files.size()) {
                files.emplace_back();
                types.push_back(record.type);
            }
            files[at->second].see(record.properties);
        });
        for (std::size_t i = 0; i < files.size(); ++i) {
            const bool shared = i == kFilesMax - 1 && numbers.size() > kFilesMax;
            const std::string name = relationshipFile(types[i], i, shared);
            outcome_.files.push_back(name);
            argument("--relationships", name);
            files[i].begin(folder_ / name, HeaderKind::Relationships,
                           {columnOf(ColumnRole::StartId, true), columnOf(ColumnRole::EndId, true),
                            columnOf(ColumnRole::Type, false)},
                           catalog_);
        }
        snapshot_->eachRelationship([&](engine::RelId, const engine::RelRecord& record) {
            tick("relationships");
            files[numbers.at(record.type)].row({std::to_string(record.start.value),
                                                std::to_string(record.end.value),
                                                std::string(catalog_.types().name(record.type.value))},
                                               record.properties);
        });
        finish(files, outcome_.relationships);
    }

    static void finish(std::vector<ExportFile>& files, std::uint64_t& rows) {
        for (ExportFile& file : files) {
            rows += file.rows();
            file.finish();
        }
    }

    std::filesystem::path folder_;
    const LoadHooks& hooks_;
    std::shared_ptr<engine::Database> database_;
    std::shared_ptr<const engine::Snapshot> snapshot_;
    const engine::Catalog& catalog_;
    std::uint64_t done_ = 0;
    std::uint64_t all_ = 0;
    std::map<std::vector<engine::LabelId>, std::size_t> label_sets_;
    ExportOutcome outcome_;
};

}  // namespace

ExportOutcome exportGraph(const ExportRequest& request, const LoadHooks& hooks) {
    const auto began = std::chrono::steady_clock::now();
    ExportOutcome outcome = Export(request, hooks).run();
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return outcome;
}

}  // namespace xinpu::loaders
