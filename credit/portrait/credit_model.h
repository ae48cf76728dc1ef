// credit/portrait/credit_model.h
#pragma once
// Labels, types, keys and indexes of the credit graph by number, as one snapshot's catalogue has them.

#include <memory>

#include "engine/catalog/catalog.h"

namespace xinpu::credit {

/// Names that the catalogue does not know are invalid ids: nothing carries them.
struct CreditModel {
    CreditModel() = default;
    explicit CreditModel(std::shared_ptr<const engine::Catalog> catalog);

    engine::LabelId subject, penalty;
    engine::TypeId investsIn, against, decidedBy;
    engine::KeyId uscc, name, share, validFrom, validTo;
    engine::KeyId docNo, decidedOn, domain, fine;
    const engine::IndexDefinition* subjectByUscc = nullptr;  ///< unique; null if it was never declared
    std::shared_ptr<const engine::Catalog> catalog;          ///< what the numbers belong to
};

}  // namespace xinpu::credit
