// loaders/delivery_look.cpp
// Rows by key in tables of fingerprints; parties as they will be known when the rows are written.

#include "loaders/delivery_look.h"

#include <fmt/format.h>

#include "engine/journal/digest.h"
#include "loaders/keys.h"
#include "loaders/party_table.h"
#include "loaders/row_feed.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

constexpr std::size_t indexOf(Dataset dataset) {
    return static_cast<std::size_t>(dataset);
}

class Look {
public:
    Look(const LoadRequest& request, const LoadHooks& hooks, std::uint64_t bytes_all, const IsKnown& known,
         Delivery& delivery, Quarantine* quarantine)
        : request_(request), hooks_(hooks), bytes_all_(bytes_all), known_(known), delivery_(delivery),
          quarantine_(quarantine) {}

    void run() {
        feed<SubjectRow>(Dataset::Subject, [this](RowFeed& rows, const SubjectRow& row) {
            key_ = row.uscc;
            return byKey(Dataset::Subject, rows, contentOf(rows), 0);
        });
        feed<PersonRow>(Dataset::Person, [this](RowFeed& rows, const PersonRow& row) {
            key_ = row.pid;
            return byKey(Dataset::Person, rows, contentOf(rows), 0);
        });
        feed<PenaltyRow>(Dataset::Penalty, [this](RowFeed& rows, const PenaltyRow& row) {
            if (!subjectKnown(rows, row.uscc, 1)) {
                return RowFate::Quarantined;
            }
            rowKey(row, key_);
            return byKey(Dataset::Penalty, rows, contentOf(rows), 0);
        });
        feed<CapitalRow>(Dataset::Capital, [this](RowFeed& rows, const CapitalRow& row) {
            const bool holder = row.investorIsPerson() ? personKnown(rows, row.investor)
                                                       : subjectKnown(rows, row.investor, 0);
            return holder && subjectKnown(rows, row.uscc, 2) ? RowFate::Accepted : RowFate::Quarantined;
        });
        feed<RoleRow>(Dataset::Role, [this](RowFeed& rows, const RoleRow& row) {
            if (!personKnown(rows, row.pid) || !subjectKnown(rows, row.uscc, 1)) {
                return RowFate::Quarantined;
            }
            rowKey(row, key_);
            return byKey(Dataset::Role, rows, static_cast<std::uint32_t>(row.valid_to), 2);
        });
    }
    const std::vector<DatasetReceipt>& receipts() const noexcept { return receipts_; }
    std::uint64_t quarantined() const {
        std::uint64_t rows = 0;
        for (const DatasetReceipt& each : receipts_) {
            rows += each.quarantined;
        }
        return rows;
    }

private:
    template <typename Row, typename Take>
    void feed(Dataset dataset, Take&& take) {
        const auto& file = request_.files[indexOf(dataset)];
        if (!file) {
            return;
        }
        engine::DigestStream digest;
        RowFeed rows(dataset, *file, request_.today, quarantine_, hooks_, delivery_.bytes_read, bytes_all_,
                     [&digest](std::span<const std::byte> bytes) { digest.add(bytes); });
        rows.template each<Row>([&](const Row& row) { return take(rows, row); });
        delivery_.bytes_read += rows.bytesTotal();
        delivery_.digests += fmt::format("{} {}\n", std::filesystem::path(*file).filename().string(),
                                         engine::hexOf(digest.finish()));
        receipts_.push_back(rows.receipt());
    }

    std::uint32_t contentOf(const RowFeed& rows) const { return seen_[0].digest(rows.raw()); }

    RowFate byKey(Dataset dataset, RowFeed& rows, std::uint32_t content, std::size_t column) {
        if (delivery_.clashing(dataset, key_)) {
            rows.refuse(dataset == Dataset::Penalty ? MessageId::DuplicateKey : MessageId::DuplicateRow,
                        column, key_);
            return RowFate::Quarantined;
        }
        const PartyTable::Seen seen = seen_[indexOf(dataset)].insert(key_, 0, content);
        if (seen.number == PartyTable::kNone) {
            return RowFate::Accepted;
        }
        if (seen.content == content) {
            return RowFate::Unchanged;
        }
        delivery_.clashes[indexOf(dataset)].insert(key_);
        return RowFate::Quarantined;
    }

    bool delivered(Dataset dataset, std::string_view key) const {
        return seen_[indexOf(dataset)].find(key) != PartyTable::kNone &&
               !delivery_.clashing(dataset, std::string(key));
    }
    bool subjectKnown(RowFeed& rows, std::string_view uscc, std::size_t column) {
        if (delivered(Dataset::Subject, uscc) || known_("subject_uscc", uscc)) {
            return true;
        }
        if (request_.stub_subjects) {
            delivery_.unknown_subjects.emplace(uscc);
            return true;
        }
        rows.refuse(MessageId::SubjectUnknown, column, uscc);
        return false;
    }
    bool personKnown(RowFeed& rows, std::string_view pid) {
        if (delivered(Dataset::Person, pid) || known_("person_pid", pid)) {
            return true;
        }
        rows.refuse(MessageId::PersonUnknown, 0, pid);
        return false;
    }

    const LoadRequest& request_;
    const LoadHooks& hooks_;
    std::uint64_t bytes_all_;
    const IsKnown& known_;
    Delivery& delivery_;
    Quarantine* quarantine_;
    std::array<PartyTable, kDatasets> seen_;
    std::vector<DatasetReceipt> receipts_;
    std::string key_;
};

std::size_t clashCount(const Delivery& delivery) {
    std::size_t count = 0;
    for (const auto& keys : delivery.clashes) {
        count += keys.size();
    }
    return count;
}

}  // namespace

bool Delivery::clashing(Dataset dataset, const std::string& key) const {
    const auto& keys = clashes[indexOf(dataset)];
    return !keys.empty() && keys.contains(key);
}

void rowKey(const PenaltyRow& row, std::string& key) {
    penaltyKey(authorityCodeOfName(row.authority_name), row.doc_no, row.uscc, key);
}

void rowKey(const RoleRow& row, std::string& key) {
    key = fmt::format("{}|{}|{}|{}", row.pid, row.uscc, row.role.id, row.valid_from);
}

Delivery lookAtDelivery(const LoadRequest& request, const LoadHooks& hooks, const Receipt& head,
                        const std::filesystem::path& quarantine_folder, std::uint64_t bytes_all,
                        const IsKnown& known) {
    Delivery delivery;
    for (;;) {
        Quarantine quarantine(quarantine_folder);
        const std::size_t clashes = clashCount(delivery);
        delivery.bytes_read = 0;
        delivery.digests.clear();
        Look look(request, hooks, bytes_all, known, delivery, request.strict ? &quarantine : nullptr);
        look.run();
        if (request.strict && clashCount(delivery) != clashes) {
            quarantine.discard();
            continue;  // once more, now that both rows of each clashing key are known
        }
        if (request.strict && look.quarantined() != 0) {
            Receipt receipt = head;
            receipt.datasets = look.receipts();
            quarantine.finish(receipt, true);
            throw Error(
                ErrorCode::Data,
                fmt::format("{} rows would be quarantined; nothing was written. The reasons are in '{}'.",
                            look.quarantined(), quarantine_folder.string()),
                "STRICT");
        }
        return delivery;
    }
}

}  // namespace xinpu::loaders
