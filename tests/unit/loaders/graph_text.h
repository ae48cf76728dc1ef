// tests/unit/loaders/graph_text.h
#pragma once
// A graph as sorted lines without ids: two databases with the same content give the same text.

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/txn/database.h"
#include "engine/value/literal.h"

namespace xinpu::loaders {

/// A folder that is removed with it.
class TestFolder {
public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "xinpu-loaders-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    const std::filesystem::path& path() const noexcept { return path_; }
    std::string write(std::string_view name, std::string_view text) const {
        const std::filesystem::path file = path_ / name;
        std::ofstream(file, std::ios::binary) << text;
        return file.string();
    }

private:
    std::filesystem::path path_;
};

inline std::string readFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct TextOptions {
    std::string_view without_label;  ///< nodes left out
    std::string_view without_key;    ///< property left out
};

class GraphText {
public:
    GraphText(const engine::Snapshot& snapshot, const TextOptions& options)
        : snapshot_(snapshot), catalog_(snapshot.catalog()), options_(options) {}

    std::vector<std::string> lines() {
        std::vector<std::string> lines;
        snapshot_.eachNode([&](engine::NodeId id, const engine::NodeRecord& record) {
            std::string text;
            for (const std::string& label : labelsOf(record)) {
                if (label == options_.without_label) {
                    return;
                }
                text += ':' + label;
            }
            text += propertiesText(record.properties);
            lines.push_back(text);
            nodes_[id.value] = std::move(text);
        });
        snapshot_.eachRelationship([&](engine::RelId id, const engine::RelRecord& record) {
            std::string text = '-' + std::string(catalog_.types().name(record.type.value)) +
                               propertiesText(record.properties);
            lines.push_back(nodes_.at(record.start.value) + text + "->" + nodes_.at(record.end.value));
            relationships_[id.value] = std::move(text);
        });
        entries(lines);
        std::sort(lines.begin(), lines.end());
        return lines;
    }

private:
    std::vector<std::string> labelsOf(const engine::NodeRecord& record) const {
        std::vector<std::string> names;
        for (const engine::LabelId label : record.labels) {
            names.emplace_back(catalog_.labels().name(label.value));
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    std::string propertiesText(const engine::Properties& properties) const {
        std::map<std::string_view, std::string> sorted;
        for (const auto& [key, value] : properties) {
            if (catalog_.keys().name(key.value) != options_.without_key) {
                sorted[catalog_.keys().name(key.value)] = engine::toCypherText(value);
            }
        }
        std::string text = "{";
        for (const auto& [name, value] : sorted) {
            text += std::string(name) + ": " + value + ", ";
        }
        return text + "}";
    }
    /// Adjacency as walks see it, covered slots included.
    void entries(std::vector<std::string>& lines) const {
        for (std::uint32_t type = 0; type < snapshot_.typeCount(); ++type) {
            const engine::AdjacencyView view = snapshot_.adjacency(engine::TypeId{type});
            for (const auto& [node, text] : nodes_) {
                view.forEachBlock(
                    engine::NodeId{node}, engine::Direction::Both,
                    [&, from = &text](const engine::EntryBlock& block, engine::Direction direction) {
                        for (std::uint32_t i = 0; i < block.count; ++i) {
                            std::string line = (direction == engine::Direction::Out ? "out " : "in ") +
                                               *from + relationships_.at(block.relationship(i).value) +
                                               nodes_.at(block.node(i).value);
                            for (std::uint32_t k = 0;
                                 k < view.layout().slots[direction == engine::Direction::In].size(); ++k) {
                                line += ' ' + std::to_string(block.slot(i, k));
                            }
                            lines.push_back(std::move(line));
                        }
                    });
            }
        }
    }

    const engine::Snapshot& snapshot_;
    const engine::Catalog& catalog_;
    TextOptions options_;
    std::map<std::uint32_t, std::string> nodes_;
    std::map<std::uint32_t, std::string> relationships_;
};

inline std::vector<std::string> graphLines(const std::filesystem::path& data,
                                           const TextOptions& options = {}) {
    const auto database = engine::Database::open(engine::databaseFolder(data, "credit"), {.read_only = true});
    return GraphText(*database->snapshot(), options).lines();
}

}  // namespace xinpu::loaders
