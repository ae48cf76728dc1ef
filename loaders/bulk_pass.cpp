// loaders/bulk_pass.cpp
// Nodes first, then relationships, in the order in which the bulk graph takes them.

#include "loaders/bulk_pass.h"

#include "engine/txn/commit.h"
#include "loaders/keys.h"
#include "loaders/stake_overlap.h"

namespace xinpu::loaders {

using engine::NodeId;

namespace {

std::string_view keyOf(const SubjectRow& row) {
    return row.uscc;
}
std::string_view keyOf(const PersonRow& row) {
    return row.pid;
}

}  // namespace

BulkPass::BulkPass(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch,
                   Clashes& clashes, engine::BulkGraph* graph, Quarantine* quarantine)
    : request_(request), hooks_(hooks), batch_(batch), clashes_(clashes), graph_(graph),
      quarantine_(quarantine) {
    for (const auto& file : request_.files) {
        if (file) {
            std::error_code ignored;
            const std::uint64_t size = std::filesystem::file_size(*file, ignored);
            bytes_all_ += ignored ? 0 : size;
        }
    }
    if (graph_ != nullptr) {
        schema_ = ensureSchema(graph_->catalog(), [this](engine::IndexDefinition def) {
            return graph_->declare(std::move(def));
        });
        encoder_.emplace(*graph_);
    }
}

void BulkPass::run() {
    subjects();
    persons();
    stubs();
    penalties();
    if (graph_ != nullptr) {
        batchNode();
        graph_->endNodes();
        penaltyRelationships();
    }
    stakes();
    roles();
}

template <typename Row, typename Prepared, typename Prepare, typename Ahead, typename Take>
void BulkPass::feed(Dataset dataset, Prepare&& prepare, Ahead&& ahead, Take&& take, bool counted) {
    const auto& file = request_.files[static_cast<std::size_t>(dataset)];
    if (!file) {
        return;
    }
    engine::DigestStream digest;
    const bool digested = graph_ != nullptr && counted;
    RowFeed rows(dataset, *file, request_.today, counted ? quarantine_ : nullptr, hooks_, bytes_before_,
                 bytes_all_,
                 digested ? std::function<void(std::span<const std::byte>)>(
                                [&digest](std::span<const std::byte> bytes) { digest.add(bytes); })
                          : nullptr);
    rows.template each<Row, Prepared>(
        [&](std::span<const RowFeed::Item<Row>> items, Prepared& prepared) {
            const std::lock_guard lock(encoding_);
            prepare(items, prepared);
        },
        ahead,
        [&](const Row& row, Prepared& prepared, std::size_t i) { return take(rows, row, prepared, i); });
    if (counted) {
        receipts_.push_back(rows.receipt());
        bytes_before_ += rows.bytesTotal();
    }
    if (digested) {
        digests_.emplace_back(std::filesystem::path(*file).filename().string(), digest.finish());
    }
}

/// What a key's earlier row, if any, makes of this one.
template <typename KeyText>
RowFate BulkPass::fateOf(Dataset dataset, RowFeed& rows, PartyTable& table, const Fingerprint& key,
                         KeyText&& key_text, std::uint32_t number, std::uint32_t content,
                         std::size_t column) {
    if (clashes_.any(dataset)) {
        const std::string text = key_text();
        if (clashes_.has(dataset, text)) {
            rows.refuse(dataset == Dataset::Penalty ? MessageId::DuplicateKey : MessageId::DuplicateRow,
                        column, text);
            return RowFate::Quarantined;
        }
    }
    const PartyTable::Seen seen = table.insert(key, number, content);
    if (seen.number == PartyTable::kNone) {
        return RowFate::Accepted;
    }
    if (seen.content == content) {
        return RowFate::Unchanged;
    }
    clashes_.keys[static_cast<std::size_t>(dataset)].insert(key_text());
    new_clashes_ = true;
    return RowFate::Quarantined;
}

NodeId BulkPass::addNode(engine::LabelId primary, const engine::NodeRecord& record) {
    if (graph_ == nullptr) {
        return NodeId{dry_next_++};
    }
    const std::lock_guard lock(encoding_);
    single_.clear();
    encoder_->encode(primary, record, single_);
    return encoder_->add(single_, 0);
}

NodeId BulkPass::addPrepared(const Parties& prepared, std::size_t i) {
    return graph_ == nullptr ? NodeId{dry_next_++} : encoder_->add(prepared.nodes, i);
}

template <typename Row, typename Fill>
void BulkPass::prepareParties(std::span<const RowFeed::Item<Row>> items, const PartyTable& table,
                              Parties& prepared, Fill&& fill) {
    prepared.nodes.clear();
    prepared.keys.assign(items.size(), {});
    prepared.contents.assign(items.size(), 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!items[i].passed) {
            prepared.nodes.skip();
            continue;
        }
        prepared.keys[i] = table.print(keyOf(items[i].row));
        prepared.contents[i] = table.digest(items[i].raw);
        if (graph_ != nullptr) {
            encoder_->encode(fill(items[i].row), draft_, prepared.nodes);
        }
    }
}

void BulkPass::subjects() {
    feed<SubjectRow, Parties>(
        Dataset::Subject,
        [this](std::span<const RowFeed::Item<SubjectRow>> items, Parties& prepared) {
            prepareParties(items, subjects_, prepared, [this](const SubjectRow& row) {
                mapping_.subject(row, draft_);
                return mapping_.primaryOf(row.uscc);
            });
        },
        [this](const Parties& prepared, std::size_t i) { subjects_.prefetch(prepared.keys[i]); },
        [this](RowFeed& rows, const SubjectRow& row, const Parties& prepared, std::size_t i) {
            const RowFate fate = fateOf(
                Dataset::Subject, rows, subjects_, prepared.keys[i], [&row] { return std::string(row.uscc); },
                next_number_, prepared.contents[i], 0);
            if (fate == RowFate::Accepted) {
                remember(addPrepared(prepared, i));
            }
            return fate;
        });
}

void BulkPass::persons() {
    feed<PersonRow, Parties>(
        Dataset::Person,
        [this](std::span<const RowFeed::Item<PersonRow>> items, Parties& prepared) {
            prepareParties(items, persons_, prepared, [this](const PersonRow& row) {
                mapping_.person(row, draft_);
                return schema_.person;
            });
        },
        [this](const Parties& prepared, std::size_t i) { persons_.prefetch(prepared.keys[i]); },
        [this](RowFeed& rows, const PersonRow& row, const Parties& prepared, std::size_t i) {
            const RowFate fate = fateOf(
                Dataset::Person, rows, persons_, prepared.keys[i], [&row] { return std::string(row.pid); },
                next_number_, prepared.contents[i], 0);
            if (fate == RowFate::Accepted) {
                remember(addPrepared(prepared, i));
            }
            return fate;
        });
}

/// Subjects that only stakes and roles name, made while nodes can still be made.
void BulkPass::stubs() {
    if (!request_.stub_subjects) {
        return;
    }
    struct Nothing {};
    const auto none = [](const auto&, Nothing&) {};
    const auto no_hint = [](const Nothing&, std::size_t) {};
    const auto take = [this](std::string_view uscc) {
        if (subjects_.find(uscc) == PartyTable::kNone) {
            makeStub(uscc);
        }
    };
    feed<CapitalRow, Nothing>(
        Dataset::Capital, none, no_hint,
        [&](RowFeed&, const CapitalRow& row, Nothing&, std::size_t) {
            take(row.uscc);
            if (!row.investorIsPerson()) {
                take(row.investor);
            }
            return RowFate::Accepted;
        },
        false);
    feed<RoleRow, Nothing>(
        Dataset::Role, none, no_hint,
        [&](RowFeed&, const RoleRow& row, Nothing&, std::size_t) {
            take(row.uscc);
            return RowFate::Accepted;
        },
        false);
}

std::uint32_t BulkPass::makeStub(std::string_view uscc) {
    const std::uint32_t number = next_number_;
    subjects_.insert(uscc, number, 0);
    mapping_.stubSubject(uscc, record_);
    remember(addNode(graph_ != nullptr ? mapping_.primaryOf(uscc) : engine::LabelId{}, record_));
    return number;
}

/// Names that mean the same authority share its code.
BulkPass::Authority* BulkPass::authorityOf(std::string_view name) {
    const auto found = authority_of_name_.find(name);
    if (found != authority_of_name_.end()) {
        return found->second;
    }
    const std::string code = authorityCodeOfName(name);
    const auto [same, fresh] = authority_of_code_.try_emplace(code, nullptr);
    if (fresh) {
        authorities_.push_back({code});
        same->second = &authorities_.back();
    }
    authority_of_name_.emplace(name, same->second);
    return same->second;
}

NodeId BulkPass::idOf(Authority& authority, const PenaltyRow& row) {
    if (!authority.id.valid()) {
        mapping_.authority(authority.code, row.authority_name, row.domain.id, record_);
        authority.id = addNode(schema_.authority, record_);
    }
    return authority.id;
}

void BulkPass::penalties() {
    feed<PenaltyRow, Penalties>(
        Dataset::Penalty,
        [this](std::span<const RowFeed::Item<PenaltyRow>> items, Penalties& prepared) {
            prepared.parties.nodes.clear();
            prepared.parties.keys.assign(items.size(), {});
            prepared.parties.contents.assign(items.size(), 0);
            prepared.subjects.assign(items.size(), {});
            prepared.authorities.assign(items.size(), nullptr);
            prepared.fines.assign(items.size(), engine::kSlotAbsent);
            for (std::size_t i = 0; i < items.size(); ++i) {
                if (!items[i].passed) {
                    prepared.parties.nodes.skip();
                    continue;
                }
                const PenaltyRow& row = items[i].row;
                prepared.authorities[i] = authorityOf(row.authority_name);
                prepared.subjects[i] = subjects_.print(row.uscc);
                penaltyKey(prepared.authorities[i]->code, row.doc_no, row.uscc, draft_key_);
                prepared.parties.keys[i] = penalties_.print(draft_key_);
                prepared.parties.contents[i] = penalties_.digest(items[i].raw);
                if (graph_ != nullptr) {
                    mapping_.penalty(row, draft_key_, batch_, draft_);
                    prepared.fines[i] = engine::slotOf(engine::propertyOf(draft_.properties, schema_.fine),
                                                       {engine::SlotCodec::Kind::Decimal, 2});
                    encoder_->encode(schema_.penalty, draft_, prepared.parties.nodes);
                }
            }
        },
        [this](const Penalties& prepared, std::size_t i) {
            subjects_.prefetch(prepared.subjects[i]);
            penalties_.prefetch(prepared.parties.keys[i]);
        },
        [this](RowFeed& rows, const PenaltyRow& row, const Penalties& prepared, std::size_t i) {
            std::uint32_t subject = subjects_.find(prepared.subjects[i]);
            if (subject == PartyTable::kNone) {
                if (!request_.stub_subjects) {
                    rows.refuse(MessageId::SubjectUnknown, 1, row.uscc);
                    return RowFate::Quarantined;
                }
                subject = makeStub(row.uscc);
            }
            Authority& authority = *prepared.authorities[i];
            const NodeId decided_by = idOf(authority, row);
            const auto key = [&] {
                std::string text;
                penaltyKey(authority.code, row.doc_no, row.uscc, text);
                return text;
            };
            const RowFate fate = fateOf(Dataset::Penalty, rows, penalties_, prepared.parties.keys[i], key, 0,
                                        prepared.parties.contents[i], 0);
            if (fate == RowFate::Accepted) {
                const NodeId id = addPrepared(prepared.parties, i);
                if (graph_ != nullptr) {
                    penalty_ends_.push_back(
                        {id, ids_[subject], decided_by, row.decided_on, prepared.fines[i]});
                }
            }
            return fate;
        });
}

void BulkPass::batchNode() {
    const std::uint64_t accepted = acceptedOf(Dataset::Penalty);
    if (accepted == 0) {
        return;
    }
    record_.labels.assign({schema_.batch});
    record_.properties.clear();
    engine::setProperty(record_.properties, schema_.id, engine::Value::of(batch_));
    if (!request_.supplier.empty()) {
        engine::setProperty(record_.properties, schema_.supplier, engine::Value::of(request_.supplier));
    }
    if (!request_.delivered_at.empty()) {
        engine::setProperty(record_.properties, schema_.delivered_at,
                            engine::Value::of(request_.delivered_at));
    }
    engine::setProperty(record_.properties, schema_.rows,
                        engine::Value::of(static_cast<std::int64_t>(accepted)));
    addNode(schema_.batch, record_);
}

std::uint64_t BulkPass::acceptedOf(Dataset dataset) const {
    for (const DatasetReceipt& receipt : receipts_) {
        if (receipt.name == nameOf(dataset)) {
            return receipt.accepted;
        }
    }
    return 0;
}

void BulkPass::penaltyRelationships() {
    engine::RelRecord record;
    std::string row;
    for (const PenaltyEnds& ends : penalty_ends_) {
        record.start = ends.penalty;
        const auto add = [&](engine::TypeId type, NodeId end, std::span<const std::int32_t> in_slots) {
            record.type = type;
            record.end = end;
            row.clear();
            encoder_->encode(record, row);
            graph_->addRelationship(type, record.start, end, row, {}, in_slots);
        };
        const std::int32_t slots[2] = {ends.decided_on, ends.fine};
        add(schema_.against, ends.subject, slots);
        add(schema_.decided_by, ends.authority, {});
    }
    std::vector<PenaltyEnds>().swap(penalty_ends_);
}

/// Finds both parties of each row and encodes the relationship between them. All nodes are made, so the
/// tables only answer.
template <typename Row, typename Fill>
void BulkPass::prepareTies(std::span<const RowFeed::Item<Row>> items, Ties& prepared, Fill&& fill) {
    constexpr bool kStakes = std::is_same_v<Row, CapitalRow>;
    const auto from = [this](const Row& row) -> std::pair<const PartyTable&, std::string_view> {
        if constexpr (kStakes) {
            return {row.investorIsPerson() ? persons_ : subjects_, row.investor};
        } else {
            return {persons_, row.pid};
        }
    };
    prepared.rows.clear();
    prepared.from.assign(items.size(), PartyTable::kNone);
    prepared.to.assign(items.size(), PartyTable::kNone);
    prepared.ends.assign(items.size(), 0);
    prepared.slots.resize(items.size());
    prepared.keys.assign(items.size(), {});
    std::vector<Fingerprint> prints(items.size() * 2);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].passed) {
            const auto [table, key] = from(items[i].row);
            prints[i * 2] = table.print(key);
            table.prefetch(prints[i * 2]);
            prints[i * 2 + 1] = subjects_.print(items[i].row.uscc);
            subjects_.prefetch(prints[i * 2 + 1]);
        }
    }
    engine::RelRecord record;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].passed) {
            prepared.from[i] = from(items[i].row).first.find(prints[i * 2]);
            prepared.to[i] = subjects_.find(prints[i * 2 + 1]);
            if (prepared.from[i] != PartyTable::kNone && prepared.to[i] != PartyTable::kNone) {
                record.start = graph_ != nullptr ? ids_[prepared.from[i]] : NodeId{};
                record.end = graph_ != nullptr ? ids_[prepared.to[i]] : NodeId{};
                fill(items[i].row, i, record);
            }
        }
        prepared.ends[i] = static_cast<std::uint32_t>(prepared.rows.size());
    }
}

void BulkPass::addTie(engine::TypeId type, const Ties& ties, std::size_t i,
                      std::span<const std::int32_t> slots) {
    const std::size_t begin = i == 0 ? 0 : ties.ends[i - 1];
    graph_->addRelationship(type, ids_[ties.from[i]], ids_[ties.to[i]],
                            std::string_view(ties.rows).substr(begin, ties.ends[i] - begin), slots, slots);
}

void BulkPass::stakes() {
    std::vector<engine::CoveredSlot> covered;
    if (graph_ != nullptr) {
        covered = graph_->catalog().catalog().adjacency(schema_.invests_in).slots[0];
        graph_->openType(schema_.invests_in);
    }
    StakeOverlaps overlaps;
    feed<CapitalRow, Ties>(
        Dataset::Capital,
        [&](std::span<const RowFeed::Item<CapitalRow>> items, Ties& prepared) {
            prepareTies(items, prepared,
                        [&](const CapitalRow& row, std::size_t i, engine::RelRecord& record) {
                            if (graph_ != nullptr) {
                                record.type = schema_.invests_in;
                                mapping_.stake(row, record.properties);
                                prepared.slots[i] = engine::slotsOf(covered, record.properties, nullptr);
                                encoder_->encode(record, prepared.rows);
                            }
                        });
        },
        [](const Ties&, std::size_t) {},
        [&](RowFeed& rows, const CapitalRow& row, const Ties& prepared, std::size_t i) {
            const bool holder_unknown = prepared.from[i] == PartyTable::kNone;
            if (holder_unknown || prepared.to[i] == PartyTable::kNone) {
                rows.refuse(holder_unknown && row.investorIsPerson() ? MessageId::PersonUnknown
                                                                     : MessageId::SubjectUnknown,
                            holder_unknown ? 0 : 2, holder_unknown ? row.investor : row.uscc);
                return RowFate::Quarantined;
            }
            overlaps.add({prepared.from[i], prepared.to[i], row.valid_from, row.valid_to, 0, rows.warned()});
            if (graph_ != nullptr) {
                addTie(schema_.invests_in, prepared, i, prepared.slots[i]);
            }
            return RowFate::Accepted;
        });
    overlaps.eachOverlapping(
        [this](const StakeSpan& span) { receipts_.back().warned += span.warned ? 0U : 1U; });
}

void BulkPass::roles() {
    PartyTable seen;
    const auto keyOfRole = [](const RoleRow& row, std::uint32_t person, std::uint32_t firm) {
        std::string key(reinterpret_cast<const char*>(&person), sizeof person);
        key.append(reinterpret_cast<const char*>(&firm), sizeof firm);
        key.append(reinterpret_cast<const char*>(&row.valid_from), sizeof row.valid_from);
        return key.append(row.role.id);
    };
    if (graph_ != nullptr) {
        graph_->openType(schema_.holds_role);
    }
    feed<RoleRow, Ties>(
        Dataset::Role,
        [&](std::span<const RowFeed::Item<RoleRow>> items, Ties& prepared) {
            prepareTies(items, prepared, [&](const RoleRow& row, std::size_t i, engine::RelRecord& record) {
                prepared.keys[i] = seen.print(keyOfRole(row, prepared.from[i], prepared.to[i]));
                if (graph_ != nullptr) {
                    record.type = schema_.holds_role;
                    mapping_.role(row, record.properties);
                    encoder_->encode(record, prepared.rows);
                }
            });
        },
        [&seen](const Ties& prepared, std::size_t i) { seen.prefetch(prepared.keys[i]); },
        [&](RowFeed& rows, const RoleRow& row, const Ties& prepared, std::size_t i) {
            const bool person_unknown = prepared.from[i] == PartyTable::kNone;
            if (person_unknown || prepared.to[i] == PartyTable::kNone) {
                rows.refuse(person_unknown ? MessageId::PersonUnknown : MessageId::SubjectUnknown,
                            person_unknown ? 0 : 1, person_unknown ? row.pid : row.uscc);
                return RowFate::Quarantined;
            }
            const RowFate fate = fateOf(
                Dataset::Role, rows, seen, prepared.keys[i],
                [&] { return keyOfRole(row, prepared.from[i], prepared.to[i]); }, 0,
                static_cast<std::uint32_t>(row.valid_to), 2);
            if (fate == RowFate::Accepted && graph_ != nullptr) {
                addTie(schema_.holds_role, prepared, i, {});
            }
            return fate;
        });
}

}  // namespace xinpu::loaders
