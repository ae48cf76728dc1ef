// loaders/graph_schema.cpp
// Names and declarations of the credit graph.

#include "loaders/graph_schema.h"

namespace xinpu::loaders {
namespace {

using engine::Direction;
using engine::IndexDefinition;
using engine::IndexKind;
using engine::SlotCodec;

constexpr SlotCodec kDate{SlotCodec::Kind::Date, 0};
constexpr SlotCodec kMoney{SlotCodec::Kind::Decimal, 2};
constexpr SlotCodec kShare{SlotCodec::Kind::Decimal, 6};

/// Declares what is not there by name.
class Declarer {
public:
    Declarer(engine::CatalogBuilder& catalog, const std::function<engine::IndexId(IndexDefinition)>& declare)
        : catalog_(catalog), declare_(declare) {}

    engine::IndexId onLabel(const char* name, IndexKind kind, engine::LabelId label, engine::KeyId key) {
        IndexDefinition def;
        def.name = name;
        def.kind = kind;
        def.label = label;
        def.keys = {key};
        return known(std::move(def));
    }
    engine::IndexId column(const char* name, engine::LabelId label, engine::KeyId key, SlotCodec codec) {
        IndexDefinition def;
        def.name = name;
        def.kind = IndexKind::Column;
        def.label = label;
        def.keys = {key};
        def.codecs = {codec};
        return known(std::move(def));
    }
    engine::IndexId known(IndexDefinition def) {
        if (const IndexDefinition* there = catalog_.catalog().index(def.name); there != nullptr) {
            return there->id;
        }
        return declare_(std::move(def));
    }

private:
    engine::CatalogBuilder& catalog_;
    const std::function<engine::IndexId(IndexDefinition)>& declare_;
};

void declareAdjacency(const GraphSchema& s, Declarer& declarer) {
    IndexDefinition stakes;
    stakes.name = "invests_in_share_dates";
    stakes.kind = IndexKind::Adjacency;
    stakes.type = s.invests_in;
    stakes.keys = {s.share, s.valid_from, s.valid_to};
    stakes.codecs = {kShare, kDate, kDate};
    declarer.known(std::move(stakes));

    IndexDefinition penalties;
    penalties.name = "against_decided_on_fine";
    penalties.kind = IndexKind::Adjacency;
    penalties.type = s.against;
    penalties.label = s.penalty;
    penalties.keys = {s.decided_on, s.fine};
    penalties.codecs = {kDate, kMoney};
    penalties.of_neighbour = true;
    penalties.direction = Direction::In;
    declarer.known(std::move(penalties));
}

}  // namespace

GraphSchema ensureSchema(engine::CatalogBuilder& catalog,
                         const std::function<engine::IndexId(IndexDefinition)>& declare) {
    GraphSchema s;
    s.subject = catalog.label("Subject");
    s.company = catalog.label("Company");
    s.organisation = catalog.label("Organisation");
    s.individual_business = catalog.label("IndividualBusiness");
    s.person = catalog.label("Person");
    s.external_holder = catalog.label("ExternalHolder");
    s.authority = catalog.label("Authority");
    s.penalty = catalog.label("Penalty");
    s.batch = catalog.label("Batch");
    s.invests_in = catalog.type("INVESTS_IN");
    s.holds_role = catalog.type("HOLDS_ROLE");
    s.against = catalog.type("AGAINST");
    s.decided_by = catalog.type("DECIDED_BY");
    const std::pair<engine::KeyId*, const char*> keys[] = {{&s.uscc, "uscc"},
                                                           {&s.name, "name"},
                                                           {&s.kind, "kind"},
                                                           {&s.status, "status"},
                                                           {&s.founded_on, "foundedOn"},
                                                           {&s.region, "region"},
                                                           {&s.industry, "industry"},
                                                           {&s.pid, "pid"},
                                                           {&s.name_masked, "nameMasked"},
                                                           {&s.code, "code"},
                                                           {&s.domain, "domain"},
                                                           {&s.key, "key"},
                                                           {&s.doc_no, "docNo"},
                                                           {&s.decided_on, "decidedOn"},
                                                           {&s.category, "category"},
                                                           {&s.fine, "fine"},
                                                           {&s.severity, "severity"},
                                                           {&s.public_until, "publicUntil"},
                                                           {&s.state, "state"},
                                                           {&s.batch_key, "batch"},
                                                           {&s.share, "share"},
                                                           {&s.amount, "amount"},
                                                           {&s.valid_from, "validFrom"},
                                                           {&s.valid_to, "validTo"},
                                                           {&s.role, "role"},
                                                           {&s.id, "id"},
                                                           {&s.supplier, "supplier"},
                                                           {&s.delivered_at, "deliveredAt"},
                                                           {&s.received_at, "receivedAt"},
                                                           {&s.rows, "rows"},
                                                           {&s.digest, "digest"},
                                                           {&s.stub, "stub"}};
    for (const auto& [number, name] : keys) {
        *number = catalog.key(name);
    }
    for (const engine::LabelId special : {s.company, s.organisation, s.individual_business}) {
        catalog.addImplication(special, s.subject);
    }
    for (const engine::KeyId key : {s.kind, s.status, s.region, s.industry, s.domain, s.category, s.severity,
                                    s.state, s.batch_key, s.role}) {
        catalog.makeDictionaryKey(key);
    }
    Declarer declarer(catalog, declare);
    s.subject_uscc = declarer.onLabel("subject_uscc", IndexKind::Unique, s.subject, s.uscc);
    s.person_pid = declarer.onLabel("person_pid", IndexKind::Unique, s.person, s.pid);
    s.authority_code = declarer.onLabel("authority_code", IndexKind::Unique, s.authority, s.code);
    s.penalty_key = declarer.onLabel("penalty_key", IndexKind::Unique, s.penalty, s.key);
    s.batch_id = declarer.onLabel("batch_id", IndexKind::Unique, s.batch, s.id);
    declarer.onLabel("external_holder_key", IndexKind::Unique, s.external_holder, s.key);
    s.subject_kind = declarer.onLabel("subject_kind", IndexKind::Bitmap, s.subject, s.kind);
    s.subject_status = declarer.onLabel("subject_status", IndexKind::Bitmap, s.subject, s.status);
    s.subject_region = declarer.onLabel("subject_region", IndexKind::Bitmap, s.subject, s.region);
    s.subject_industry = declarer.onLabel("subject_industry", IndexKind::Bitmap, s.subject, s.industry);
    s.penalty_domain = declarer.onLabel("penalty_domain", IndexKind::Bitmap, s.penalty, s.domain);
    s.penalty_category = declarer.onLabel("penalty_category", IndexKind::Bitmap, s.penalty, s.category);
    s.penalty_decided_on =
        declarer.onLabel("penalty_decided_on", IndexKind::DateBitmap, s.penalty, s.decided_on);
    s.column_decided_on = declarer.column("penalty_decided_on_column", s.penalty, s.decided_on, kDate);
    s.column_fine = declarer.column("penalty_fine_column", s.penalty, s.fine, kMoney);
    declareAdjacency(s, declarer);
    return s;
}

}  // namespace xinpu::loaders
