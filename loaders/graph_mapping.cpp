// loaders/graph_mapping.cpp
// Rows to records.

#include "loaders/graph_mapping.h"

#include <algorithm>

#include "credit/identity/uscc.h"

namespace xinpu::loaders {
namespace {

using engine::Date;
using engine::KeyId;
using engine::Properties;
using engine::Value;

void put(Properties& properties, KeyId key, Value value) {
    if (!value.isNull()) {
        properties.emplace_back(key, std::move(value));
    }
}

Value text(std::string_view value) {
    return value.empty() ? Value::null() : Value::of(value);
}

Value day(DayNumber number) {
    return number == kNoDate ? Value::null() : Value::of(Date{number});
}

Value money(std::optional<std::int64_t> fen) {
    return fen ? Value::of(*engine::Decimal::fromParts(*fen, 2)) : Value::null();
}

void sortByKey(Properties& properties) {
    std::sort(properties.begin(), properties.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace

engine::LabelId GraphMapping::primaryOf(std::string_view uscc) const {
    switch (credit::subjectClass(credit::usccKind(uscc))) {
    case credit::SubjectClass::Company:
        return s_.company;
    case credit::SubjectClass::IndividualBusiness:
        return s_.individual_business;
    case credit::SubjectClass::Organisation:
        break;
    }
    return s_.organisation;
}

void GraphMapping::labelsOf(std::string_view uscc, engine::NodeRecord& record) const {
    record.labels.assign({s_.subject, primaryOf(uscc)});
    std::sort(record.labels.begin(), record.labels.end());
}

void GraphMapping::subject(const SubjectRow& row, engine::NodeRecord& record) const {
    labelsOf(row.uscc, record);
    record.properties.clear();
    put(record.properties, s_.uscc, text(row.uscc));
    put(record.properties, s_.name, text(row.name));
    put(record.properties, s_.kind, text(row.kind.id));
    put(record.properties, s_.status, text(row.status.id));
    put(record.properties, s_.founded_on, day(row.founded_on));
    put(record.properties, s_.region, text(row.region));
    put(record.properties, s_.industry, text(row.industry));
    sortByKey(record.properties);
}

void GraphMapping::stubSubject(std::string_view uscc, engine::NodeRecord& record) const {
    labelsOf(uscc, record);
    record.properties.clear();
    put(record.properties, s_.uscc, text(uscc));
    put(record.properties, s_.stub, Value::of(true));
    sortByKey(record.properties);
}

void GraphMapping::person(const PersonRow& row, engine::NodeRecord& record) const {
    record.labels.assign({s_.person});
    record.properties.clear();
    put(record.properties, s_.pid, text(row.pid));
    put(record.properties, s_.name_masked, text(row.name_masked));
    sortByKey(record.properties);
}

void GraphMapping::authority(std::string_view code, std::string_view name, std::string_view domain,
                             engine::NodeRecord& record) const {
    record.labels.assign({s_.authority});
    record.properties.clear();
    put(record.properties, s_.code, text(code));
    put(record.properties, s_.name, text(name));
    put(record.properties, s_.domain, text(domain));
    sortByKey(record.properties);
}

void GraphMapping::penalty(const PenaltyRow& row, std::string_view key, std::string_view batch,
                           engine::NodeRecord& record) const {
    record.labels.assign({s_.penalty});
    record.properties.clear();
    put(record.properties, s_.key, text(key));
    put(record.properties, s_.doc_no, text(row.doc_no));
    put(record.properties, s_.decided_on, day(row.decided_on));
    put(record.properties, s_.domain, text(row.domain.id));
    put(record.properties, s_.category, text(row.category.id));
    put(record.properties, s_.fine, money(row.fine_fen));
    put(record.properties, s_.severity, text(row.severity.id));
    put(record.properties, s_.public_until, day(row.public_until));
    put(record.properties, s_.state, text("in_force"));
    put(record.properties, s_.batch_key, text(batch));
    sortByKey(record.properties);
}

void GraphMapping::stake(const CapitalRow& row, engine::Properties& properties) const {
    properties.clear();
    put(properties, s_.share, Value::of(*engine::Decimal::fromParts(row.share.unscaled, row.share.scale)));
    put(properties, s_.amount, money(row.amount_fen));
    put(properties, s_.valid_from, day(row.valid_from));
    put(properties, s_.valid_to, day(row.valid_to));
    sortByKey(properties);
}

void GraphMapping::role(const RoleRow& row, engine::Properties& properties) const {
    properties.clear();
    put(properties, s_.role, text(row.role.id));
    put(properties, s_.valid_from, day(row.valid_from));
    put(properties, s_.valid_to, day(row.valid_to));
    sortByKey(properties);
}

}  // namespace xinpu::loaders
