// loaders/graph_schema.h
#pragma once
// The graph model of the credit bureau: labels, types, keys, and the indexes that a loader declares.

#include <functional>

#include "engine/catalog/catalog.h"

namespace xinpu::loaders {

/// Numbers of all names of the model in one catalogue.
struct GraphSchema {
    engine::LabelId subject, company, organisation, individual_business, person, external_holder, authority,
        penalty, batch;
    engine::TypeId invests_in, holds_role, against, decided_by;
    engine::KeyId uscc, name, kind, status, founded_on, region, industry;
    engine::KeyId pid, name_masked;
    engine::KeyId code, domain;
    engine::KeyId key, doc_no, decided_on, category, fine, severity, public_until, state, batch_key;
    engine::KeyId share, amount, valid_from, valid_to, role;
    engine::KeyId id, supplier, delivered_at, received_at, rows, digest, stub;
    engine::IndexId subject_uscc, person_pid, authority_code, penalty_key, batch_id;
    engine::IndexId subject_kind, subject_status, subject_region, subject_industry;
    engine::IndexId penalty_domain, penalty_category, penalty_decided_on;
    engine::IndexId column_decided_on, column_fine;
};

/// Gives out the names that are new, and declares through `declare` what is not declared yet: unique keys,
/// bitmaps of few-valued properties and dates, covered adjacency, columns.
GraphSchema ensureSchema(engine::CatalogBuilder& catalog,
                         const std::function<engine::IndexId(engine::IndexDefinition)>& declare);

}  // namespace xinpu::loaders
