// loaders/incremental_load.cpp
// The files are read twice: first only looked at (clashing keys, unknown subjects, --strict), then loaded.
// Since nobody else writes meanwhile, what becomes of a row is decided against the snapshot before the batch
// that is being committed, and the keys of that batch; a transaction only applies what was decided.

#include "loaders/incremental_load.h"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <unordered_map>
#include <unordered_set>

#include "engine/txn/database.h"
#include "loaders/change_batch.h"
#include "loaders/delivery_look.h"
#include "loaders/graph_mapping.h"
#include "loaders/keys.h"
#include "loaders/row_feed.h"
#include "loaders/stake_overlap.h"
#include "loaders/stake_plan.h"

namespace xinpu::loaders {
namespace {

using engine::NodeId;
using engine::Value;

/// Changes in one transaction: some ten MiB of memory. Random keys touch most blocks of a small index in each
/// commit, so fewer commits write less and wait less.
constexpr std::size_t kBatchChanges = 25'000;

constexpr std::size_t indexOf(Dataset dataset) {
    return static_cast<std::size_t>(dataset);
}

class IncrementalLoad {
public:
    IncrementalLoad(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch)
        : request_(request), hooks_(hooks), batch_(batch),
          database_(engine::Database::open(engine::databaseFolder(request.data, request.database), {})),
          snapshot_(database_->snapshot()) {
        for (std::size_t i = 0; i < kDatasets; ++i) {
            if (request_.files[i]) {
                const std::uint64_t passes = i == indexOf(Dataset::Capital) ? 3 : 2;
                bytes_all_ += passes * std::filesystem::file_size(*request_.files[i]);
            }
        }
    }

    /// @throws Error(Data, "STRICT")
    void look(const std::filesystem::path& quarantine_folder) {
        looked_ = lookAtDelivery(
            request_, hooks_, receipt(), quarantine_folder, bytes_all_,
            [this](std::string_view index, std::string_view key) { return find(index, key).has_value(); });
        bytes_before_ = looked_.bytes_read;
    }

    void write(Quarantine& quarantine) {
        quarantine_ = &quarantine;
        committed(write([this](engine::WriteTxn& txn) {
            schema_ = ensureSchema(txn.catalogBuilder(), [&txn](engine::IndexDefinition def) {
                return txn.declare(std::move(def));
            });
        }));
        subjects();
        stubs();
        persons();
        penalties();
        stakes();
        roles();
    }

    Receipt receipt() const {
        Receipt receipt;
        receipt.batch = batch_;
        receipt.supplier = request_.supplier;
        receipt.delivered_at = request_.delivered_at;
        receipt.received_at = batch_.substr(0, batch_.find('-'));
        receipt.datasets = receipts_;
        receipt.journal = entry_;
        return receipt;
    }

private:
    template <typename Row, typename Take>
    void feed(Dataset dataset, bool counted, Take&& take) {
        const auto& file = request_.files[indexOf(dataset)];
        if (!file) {
            return;
        }
        RowFeed rows(dataset, *file, request_.today, counted ? quarantine_ : nullptr, hooks_, bytes_before_,
                     bytes_all_, nullptr);
        rows.template each<Row>([&](const Row& row) { return take(rows, row); });
        bytes_before_ += rows.bytesTotal();
        if (counted) {
            receipts_.push_back(rows.receipt());
        }
    }

    bool refuseClash(Dataset dataset, RowFeed& rows, std::size_t column) {
        if (!looked_.clashing(dataset, key_)) {
            return false;
        }
        rows.refuse(dataset == Dataset::Penalty ? MessageId::DuplicateKey : MessageId::DuplicateRow, column,
                    key_);
        return true;
    }

    std::optional<NodeId> find(std::string_view index_name, std::string_view key) const {
        const engine::IndexDefinition* index = snapshot_->catalog().index(index_name);
        if (index == nullptr) {
            return std::nullopt;
        }
        const Value value = Value::of(key);
        return snapshot_->find(*index, std::span(&value, 1));
    }

    engine::CommitReceipt write(const std::function<void(engine::WriteTxn&)>& work) {
        const std::string statement = "load " + batch_ + '\n' + looked_.digests;
        return database_->write(
            {.principal = "local", .kind = engine::EntryKind::Load, .statement = statement}, work);
    }
    void committed(const engine::CommitReceipt& done) {
        if (done.entry != 0) {
            entry_ = done.entry;
        }
        snapshot_ = database_->snapshot();
    }
    /// Hands the batch at hand to the writer; rows of the next one are decided on meanwhile.
    void flush() {
        settle();
        if (changes_.size() == 0) {
            return;
        }
        std::swap(changes_, committing_);
        std::swap(queued_, queued_committing_);
        std::swap(queued_authorities_, authorities_committing_);
        committing_done_ = std::async(std::launch::async, [this] {
            return write([this](engine::WriteTxn& txn) { committing_.apply(txn); });
        });
    }
    /// Waits for the batch that the writer has.
    void settle() {
        if (committing_done_.valid()) {
            committed(committing_done_.get());
        }
        committing_.clear();
        queued_committing_.clear();
        authorities_committing_.clear();
    }
    void flushAll() {
        flush();
        settle();
    }
    bool isQueued(const std::string& key) const {
        return queued_.contains(key) || queued_committing_.contains(key);
    }
    void flushWhenFull() {
        if (changes_.size() >= kBatchChanges) {
            flush();
        }
    }

    /// Decides on a node by its key: new, changed or as it was.
    RowFate upsert(std::string_view index, engine::NodeRecord& fresh, std::span<const engine::KeyId> owned) {
        if (isQueued(key_)) {
            return RowFate::Unchanged;  // the same row once more: others are known as clashes
        }
        const auto there = find(index, key_);
        if (!there) {
            queued_.insert(key_);
            changes_.create(fresh);
            return RowFate::Accepted;
        }
        engine::NodeRecord record = *snapshot_->node(*there);
        bool changed = supersede(record.properties, fresh.properties, owned);
        for (const engine::LabelId label : fresh.labels) {
            const auto at = std::lower_bound(record.labels.begin(), record.labels.end(), label);
            if (at == record.labels.end() || *at != label) {
                record.labels.insert(at, label);
                changed = true;
            }
        }
        if (!changed) {
            return RowFate::Unchanged;
        }
        queued_.insert(key_);
        changes_.set(*there, std::move(record));
        return RowFate::Accepted;
    }

    void subjects() {
        const engine::KeyId owned[] = {schema_.name,   schema_.kind,     schema_.status, schema_.founded_on,
                                       schema_.region, schema_.industry, schema_.stub};
        feed<SubjectRow>(Dataset::Subject, true, [&](RowFeed& rows, const SubjectRow& row) {
            flushWhenFull();
            key_ = row.uscc;
            if (refuseClash(Dataset::Subject, rows, 0)) {
                return RowFate::Quarantined;
            }
            mapping_.subject(row, record_);
            return upsert("subject_uscc", record_, owned);
        });
        flushAll();
    }

    void stubs() {
        for (const std::string& uscc : looked_.unknown_subjects) {
            if (!find("subject_uscc", uscc)) {
                mapping_.stubSubject(uscc, record_);
                changes_.create(record_);
            }
            flushWhenFull();
        }
        flushAll();
    }

    void persons() {
        const engine::KeyId owned[] = {schema_.name_masked};
        feed<PersonRow>(Dataset::Person, true, [&](RowFeed& rows, const PersonRow& row) {
            flushWhenFull();
            key_ = row.pid;
            if (refuseClash(Dataset::Person, rows, 0)) {
                return RowFate::Quarantined;
            }
            mapping_.person(row, record_);
            return upsert("person_pid", record_, owned);
        });
        flushAll();
    }

    NodeRef authorityOf(const PenaltyRow& row) {
        const std::string code = authorityCodeOfName(row.authority_name);
        if (const auto there = find("authority_code", code)) {
            return {.id = *there};
        }
        const auto queued = queued_authorities_.find(code);
        if (queued != queued_authorities_.end()) {
            return queued->second;
        }
        if (authorities_committing_.contains(code)) {
            settle();
            return {.id = *find("authority_code", code)};
        }
        mapping_.authority(code, row.authority_name, row.domain.id, record_);
        return queued_authorities_.emplace(code, changes_.create(record_)).first->second;
    }

    void penalties() {
        // Not the state: amendments and repairs are decided elsewhere.
        const engine::KeyId owned[] = {schema_.doc_no,      schema_.decided_on, schema_.domain,
                                       schema_.category,    schema_.fine,       schema_.severity,
                                       schema_.public_until};
        std::int64_t accepted = 0;
        feed<PenaltyRow>(Dataset::Penalty, true, [&](RowFeed& rows, const PenaltyRow& row) {
            if (changes_.size() >= kBatchChanges) {
                settle();  // the batch's node may be in what is being committed
                batchNode(accepted);
                flush();
            }
            const auto subject = find("subject_uscc", row.uscc);
            if (!subject) {
                rows.refuse(MessageId::SubjectUnknown, 1, row.uscc);
                return RowFate::Quarantined;
            }
            rowKey(row, key_);
            if (refuseClash(Dataset::Penalty, rows, 0)) {
                return RowFate::Quarantined;
            }
            const RowFate fate = upsertPenalty(row, *subject, owned);
            accepted += fate == RowFate::Accepted ? 1 : 0;
            return fate;
        });
        settle();
        if (changes_.size() != 0) {
            batchNode(accepted);
        }
        flushAll();
    }

    RowFate upsertPenalty(const PenaltyRow& row, NodeId subject, std::span<const engine::KeyId> owned) {
        if (isQueued(key_)) {
            return RowFate::Unchanged;
        }
        engine::NodeRecord fresh;
        mapping_.penalty(row, key_, batch_, fresh);
        if (const auto there = find("penalty_key", key_)) {
            engine::NodeRecord record = *snapshot_->node(*there);
            if (!supersede(record.properties, fresh.properties, owned)) {
                return RowFate::Unchanged;
            }
            engine::setProperty(record.properties, schema_.batch_key, Value::of(batch_));
            changes_.set(*there, std::move(record));
        } else {
            const NodeRef authority = authorityOf(row);
            const NodeRef penalty = changes_.create(std::move(fresh));
            changes_.relate(schema_.against, penalty, {.id = subject}, {});
            changes_.relate(schema_.decided_by, penalty, authority, {});
        }
        queued_.insert(key_);
        return RowFate::Accepted;
    }

    /// The node that says what the batch was; in every transaction that holds rows of it.
    void batchNode(std::int64_t accepted) {
        engine::NodeRecord record;
        const auto there = find("batch_id", batch_);
        if (there) {
            record = *snapshot_->node(*there);
        } else {
            record.labels.assign({schema_.batch});
            engine::setProperty(record.properties, schema_.id, Value::of(batch_));
            if (!request_.supplier.empty()) {
                engine::setProperty(record.properties, schema_.supplier, Value::of(request_.supplier));
            }
            if (!request_.delivered_at.empty()) {
                engine::setProperty(record.properties, schema_.delivered_at,
                                    Value::of(request_.delivered_at));
            }
        }
        engine::setProperty(record.properties, schema_.rows, Value::of(accepted));
        if (there) {
            changes_.set(*there, std::move(record));
        } else {
            changes_.create(std::move(record));
        }
    }

    /// Both parties of a stake or role, or the row refused.
    std::optional<std::pair<NodeId, NodeId>> partiesOf(RowFeed& rows, bool person, std::string_view holder,
                                                       std::string_view firm, std::size_t firm_column) {
        const auto from = find(person ? "person_pid" : "subject_uscc", holder);
        const auto to = find("subject_uscc", firm);
        if (!from) {
            rows.refuse(person ? MessageId::PersonUnknown : MessageId::SubjectUnknown, 0, holder);
        } else if (!to) {
            rows.refuse(MessageId::SubjectUnknown, firm_column, firm);
        } else {
            return std::pair{*from, *to};
        }
        return std::nullopt;
    }

    /// A stake's key needs all rows of its pair and day, wherever in the file they stand: they are gathered,
    /// compared and written first, and read again to account for each.
    void stakes() {
        StakePlan plan(schema_);
        StakeOverlaps overlaps;
        std::uint32_t stakes = 0;
        feed<CapitalRow>(Dataset::Capital, false, [&](RowFeed& rows, const CapitalRow& row) {
            const auto parties = partiesOf(rows, row.investorIsPerson(), row.investor, row.uscc, 2);
            if (parties) {
                plan.add(parties->first, parties->second, row);
                overlaps.add({parties->first.value, parties->second.value, row.valid_from, row.valid_to,
                              stakes++, false});
            }
            return RowFate::Accepted;
        });
        plan.decide([this] { return snapshot_; },
                    [this](const StakeChange& change) {
                        mapping_.stake(change.row, record_.properties);
                        if (change.existing) {
                            engine::Properties properties =
                                snapshot_->relationship(*change.existing)->properties;
                            supersede(properties, record_.properties, change.owned);
                            changes_.set(*change.existing, std::move(properties));
                        } else {
                            changes_.relate(schema_.invests_in, {.id = change.holder}, {.id = change.firm},
                                            record_.properties);
                        }
                    },
                    [this] {
                        stopIfAsked();
                        flushWhenFull();
                    });
        flushAll();
        std::vector<bool> overlapping(stakes);
        overlaps.eachOverlapping([&overlapping](const StakeSpan& span) { overlapping[span.number] = true; });
        stakes = 0;
        feed<CapitalRow>(Dataset::Capital, true, [&](RowFeed& rows, const CapitalRow& row) {
            if (!partiesOf(rows, row.investorIsPerson(), row.investor, row.uscc, 2)) {
                return RowFate::Quarantined;
            }
            if (overlapping[stakes++]) {
                rows.warn();
            }
            return plan.nextChanged() ? RowFate::Accepted : RowFate::Unchanged;
        });
    }

    void stopIfAsked() const {
        if (hooks_.stop != nullptr && hooks_.stop->load(std::memory_order_relaxed)) {
            throw Error(ErrorCode::Cancelled, "The load was stopped.");
        }
    }

    void roles() {
        const engine::KeyId owned[] = {schema_.valid_to};
        feed<RoleRow>(Dataset::Role, true, [&](RowFeed& rows, const RoleRow& row) {
            flushWhenFull();
            const auto parties = partiesOf(rows, true, row.pid, row.uscc, 1);
            if (!parties) {
                return RowFate::Quarantined;
            }
            rowKey(row, key_);
            if (refuseClash(Dataset::Role, rows, 2)) {
                return RowFate::Quarantined;
            }
            if (isQueued(key_)) {
                return RowFate::Unchanged;
            }
            mapping_.role(row, record_.properties);
            if (const auto there = roleBetween(parties->first, parties->second)) {
                engine::Properties properties = snapshot_->relationship(*there)->properties;
                if (!supersede(properties, record_.properties, owned)) {
                    return RowFate::Unchanged;
                }
                changes_.set(*there, std::move(properties));
            } else {
                changes_.relate(schema_.holds_role, {.id = parties->first}, {.id = parties->second},
                                record_.properties);
            }
            queued_.insert(key_);
            return RowFate::Accepted;
        });
        flushAll();
    }

    /// The relationship with the role and first day of record_.
    std::optional<engine::RelId> roleBetween(NodeId person, NodeId firm) const {
        std::optional<engine::RelId> found;
        snapshot_->adjacency(schema_.holds_role)
            .forEachBlock(person, engine::Direction::Out,
                          [&](const engine::EntryBlock& block, engine::Direction) {
                              for (std::uint32_t i = 0; i < block.count; ++i) {
                                  if (block.node(i) == firm && isSameRole(block.relationship(i))) {
                                      found = block.relationship(i);
                                  }
                              }
                          });
        return found;
    }
    bool isSameRole(engine::RelId id) const {
        const engine::Properties properties = snapshot_->relationship(id)->properties;
        engine::Properties copy = properties;
        const engine::KeyId identity[] = {schema_.role, schema_.valid_from};
        return !supersede(copy, record_.properties, identity);
    }

    const LoadRequest& request_;
    const LoadHooks& hooks_;
    const std::string& batch_;
    std::shared_ptr<engine::Database> database_;
    std::shared_ptr<const engine::Snapshot> snapshot_;  ///< after the last transaction
    GraphSchema schema_;
    GraphMapping mapping_{schema_};
    Quarantine* quarantine_ = nullptr;
    std::uint64_t bytes_all_ = 0;
    std::uint64_t bytes_before_ = 0;
    std::vector<DatasetReceipt> receipts_;
    Delivery looked_;
    std::uint64_t entry_ = 0;

    ChangeBatch changes_;
    std::unordered_set<std::string> queued_;  ///< keys that the batch at hand makes or changes
    std::unordered_map<std::string, NodeRef> queued_authorities_;
    ChangeBatch committing_;  ///< the batch before, and its keys, until it is committed
    std::unordered_set<std::string> queued_committing_;
    std::unordered_map<std::string, NodeRef> authorities_committing_;
    engine::NodeRecord record_;
    std::string key_;
    std::future<engine::CommitReceipt> committing_done_;  ///< last, so that it ends before what it uses
};

}  // namespace

LoadOutcome incrementalLoad(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch,
                            std::int64_t now_us) {
    static_cast<void>(now_us);  // each transaction has a time of its own
    const auto began = std::chrono::steady_clock::now();
    const std::filesystem::path folder =
        request.quarantine.empty() ? request.data / "quarantine" / batch : request.quarantine;
    IncrementalLoad work(request, hooks, batch);
    work.look(folder);
    Quarantine quarantine(folder);
    work.write(quarantine);
    LoadOutcome outcome;
    outcome.receipt = work.receipt();
    outcome.receipt.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    quarantine.finish(outcome.receipt, !request.quarantine.empty());
    if (quarantine.used()) {
        outcome.quarantine = folder;
    }
    return outcome;
}

}  // namespace xinpu::loaders
