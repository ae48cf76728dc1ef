// loaders/graph_mapping.h
#pragma once
// From checked rows to records of the graph: the one place that says which column becomes which property.

#include "engine/graph/record.h"
#include "loaders/generator_form.h"
#include "loaders/graph_schema.h"

namespace xinpu::loaders {

/// Fill records from rows; what was in the record before is replaced. Keys stand ascending.
class GraphMapping {
public:
    explicit GraphMapping(const GraphSchema& schema) : s_(schema) {}

    void subject(const SubjectRow& row, engine::NodeRecord& record) const;
    /// A subject of which nothing is known but its code.
    void stubSubject(std::string_view uscc, engine::NodeRecord& record) const;
    void person(const PersonRow& row, engine::NodeRecord& record) const;
    void authority(std::string_view code, std::string_view name, std::string_view domain,
                   engine::NodeRecord& record) const;
    void penalty(const PenaltyRow& row, std::string_view key, std::string_view batch,
                 engine::NodeRecord& record) const;
    void stake(const CapitalRow& row, engine::Properties& properties) const;
    void role(const RoleRow& row, engine::Properties& properties) const;
    /// The label whose id block a subject joins, by its code.
    engine::LabelId primaryOf(std::string_view uscc) const;
    const GraphSchema& schema() const noexcept { return s_; }

private:
    void labelsOf(std::string_view uscc, engine::NodeRecord& record) const;
    const GraphSchema& s_;
};

}  // namespace xinpu::loaders
