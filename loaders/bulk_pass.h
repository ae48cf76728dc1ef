// loaders/bulk_pass.h
#pragma once
// One pass over the files of a bulk load: rows to nodes and relationships, or only a look at what would fail.

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/bulk/bulk_graph.h"
#include "loaders/graph_mapping.h"
#include "loaders/load.h"
#include "loaders/party_table.h"
#include "loaders/record_encoder.h"
#include "loaders/row_feed.h"

namespace xinpu::loaders {

/// Keys that occur with different content: none of their rows is taken.
struct Clashes {
    std::array<std::unordered_set<std::string>, kDatasets> keys;
    bool has(Dataset dataset, const std::string& key) const {
        return keys[static_cast<std::size_t>(dataset)].contains(key);
    }
    bool any(Dataset dataset) const { return !keys[static_cast<std::size_t>(dataset)].empty(); }
    std::size_t size() const {
        std::size_t total = 0;
        for (const auto& set : keys) {
            total += set.size();
        }
        return total;
    }
};

/// The thread that reads a file also maps and encodes its rows; the caller's gives ids and fills the graph.
class BulkPass {
public:
    /// Without a graph the pass only finds out what would be quarantined and which keys clash.
    BulkPass(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch, Clashes& clashes,
             engine::BulkGraph* graph, Quarantine* quarantine);

    void run();
    std::vector<DatasetReceipt> receipts() const { return receipts_; }
    std::uint64_t quarantined() const {
        std::uint64_t rows = 0;
        for (const DatasetReceipt& receipt : receipts_) {
            rows += receipt.quarantined;
        }
        return rows;
    }
    /// Keys went into the clashes: the pass is to be thrown away.
    bool foundNewClashes() const { return new_clashes_; }
    const std::vector<std::pair<std::string, engine::Digest>>& files() const { return digests_; }

private:
    /// A penalty's relationships, kept until all nodes are written.
    struct PenaltyEnds {
        engine::NodeId penalty;
        engine::NodeId subject;
        engine::NodeId authority;
        std::int32_t decided_on;
        std::int32_t fine;
    };
    struct Authority {
        std::string code;
        engine::NodeId id{};  ///< invalid until a row needs it
    };
    // What the reading thread makes of a batch, one a row.
    struct Parties {
        std::vector<Fingerprint> keys;
        std::vector<std::uint32_t> contents;
        EncodedNodes nodes;
    };
    struct Penalties {
        Parties parties;  ///< of the penalties themselves
        std::vector<Fingerprint> subjects;
        std::vector<Authority*> authorities;
        std::vector<std::int32_t> fines;  ///< as slots
    };
    struct Ties {
        std::vector<std::uint32_t> from;  ///< party numbers, or kNone
        std::vector<std::uint32_t> to;
        std::string rows;
        std::vector<std::uint32_t> ends;  ///< of `rows`
        std::vector<std::array<std::int32_t, engine::kCoveredSlotsMax>> slots;
        std::vector<Fingerprint> keys;
    };

    template <typename Row, typename Prepared, typename Prepare, typename Ahead, typename Take>
    void feed(Dataset dataset, Prepare&& prepare, Ahead&& ahead, Take&& take, bool counted = true);
    template <typename Row, typename Fill>
    void prepareParties(std::span<const RowFeed::Item<Row>> items, const PartyTable& table, Parties& prepared,
                        Fill&& fill);
    template <typename Row, typename Fill>
    void prepareTies(std::span<const RowFeed::Item<Row>> items, Ties& prepared, Fill&& fill);
    template <typename KeyText>
    RowFate fateOf(Dataset dataset, RowFeed& rows, PartyTable& table, const Fingerprint& key,
                   KeyText&& key_text, std::uint32_t number, std::uint32_t content, std::size_t column);
    engine::NodeId addNode(engine::LabelId primary, const engine::NodeRecord& record);
    engine::NodeId addPrepared(const Parties& prepared, std::size_t i);
    void addTie(engine::TypeId type, const Ties& ties, std::size_t i, std::span<const std::int32_t> slots);

    void subjects();
    void persons();
    void stubs();
    std::uint32_t makeStub(std::string_view uscc);
    void penalties();
    Authority* authorityOf(std::string_view name);
    engine::NodeId idOf(Authority& authority, const PenaltyRow& row);
    void batchNode();
    void penaltyRelationships();
    void stakes();
    void roles();
    void remember(engine::NodeId id) {
        ids_.push_back(id);
        ++next_number_;
    }
    std::uint64_t acceptedOf(Dataset dataset) const;

    const LoadRequest& request_;
    const LoadHooks& hooks_;
    const std::string& batch_;
    Clashes& clashes_;
    engine::BulkGraph* graph_;
    Quarantine* quarantine_;
    std::uint64_t bytes_all_ = 0;
    std::uint64_t bytes_before_ = 0;
    bool new_clashes_ = false;
    std::uint32_t dry_next_ = 0;

    GraphSchema schema_;
    GraphMapping mapping_{schema_};
    PartyTable subjects_, persons_, penalties_;
    std::vector<engine::NodeId> ids_;  ///< by party number
    std::uint32_t next_number_ = 0;
    // Of the reading thread:
    std::deque<Authority> authorities_;
    std::map<std::string, Authority*, std::less<>> authority_of_name_;
    std::map<std::string, Authority*, std::less<>> authority_of_code_;
    engine::NodeRecord draft_;
    std::string draft_key_;

    std::vector<PenaltyEnds> penalty_ends_;
    std::vector<DatasetReceipt> receipts_;
    std::vector<std::pair<std::string, engine::Digest>> digests_;

    std::mutex encoding_;  ///< the encoder and the catalogue behind it: a batch, or a node made in between
    std::optional<RecordEncoder> encoder_;
    EncodedNodes single_;
    engine::NodeRecord record_;
};

}  // namespace xinpu::loaders
