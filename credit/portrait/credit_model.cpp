// credit/portrait/credit_model.cpp
// Looks the names up.

#include "credit/portrait/credit_model.h"

namespace xinpu::credit {

using engine::IndexKind;
using engine::KeyId;
using engine::LabelId;
using engine::TypeId;

CreditModel::CreditModel(std::shared_ptr<const engine::Catalog> from) : catalog(std::move(from)) {
    const auto label = [this](const char* word) { return catalog->label(word).value_or(LabelId()); };
    const auto type = [this](const char* word) { return catalog->type(word).value_or(TypeId()); };
    const auto key = [this](const char* word) { return catalog->key(word).value_or(KeyId()); };
    subject = label("Subject");
    penalty = label("Penalty");
    investsIn = type("INVESTS_IN");
    against = type("AGAINST");
    decidedBy = type("DECIDED_BY");
    uscc = key("uscc");
    name = key("name");
    share = key("share");
    validFrom = key("validFrom");
    validTo = key("validTo");
    docNo = key("docNo");
    decidedOn = key("decidedOn");
    domain = key("domain");
    fine = key("fine");
    subjectByUscc = catalog->indexOn(IndexKind::Unique, subject, uscc);
}

}  // namespace xinpu::credit
