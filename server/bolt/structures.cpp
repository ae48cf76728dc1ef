// server/bolt/structures.cpp
// Walks a value; lists and maps nest at most engine::kNestingMax deep, so recursion is bounded.
#include "server/bolt/structures.h"

#include <algorithm>
#include <vector>

#include "server/bolt/structure_tags.h"
#include "server/json/value_json.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

using engine::Kind;
using engine::Value;

class ValuePacker {
public:
    ValuePacker(PackWriter& pack, const WireForm& form, const query::GraphView* graph)
        : pack_(pack), form_(form), graph_(graph) {}

    void write(const Value& value) {
        switch (value.kind()) {
        case Kind::Null:
            pack_.null();
            return;
        case Kind::Boolean:
            pack_.boolean(value.boolean());
            return;
        case Kind::Integer:
            pack_.integer(value.integer());
            return;
        case Kind::Float:
            pack_.number(value.floating());
            return;
        case Kind::Decimal:  // clients have no such type; the digits stay
            pack_.text(value.decimal().toString());
            return;
        case Kind::String:
            pack_.text(value.string());
            return;
        case Kind::Bytes:
            pack_.bytes(value.bytes());
            return;
        case Kind::List:
            pack_.list(value.list().size());
            for (const Value& element : value.list()) {
                write(element);
            }
            return;
        case Kind::Map:
            pack_.map(value.map().size());
            for (const engine::MapEntry& entry : value.map()) {
                pack_.text(entry.key);
                write(entry.value);
            }
            return;
        case Kind::Node:
            writeNode(value.node());
            return;
        case Kind::Relationship:
            writeRelationship(value.relationship());
            return;
        case Kind::Path:
            writePath(value.path());
            return;
        default:
            writeTemporal(value);
            return;
        }
    }

private:
    void writeTemporal(const Value& value) {
        switch (value.kind()) {
        case Kind::Date:
            integers(tags::kDate, {value.date().days});
            return;
        case Kind::LocalTime:
            integers(tags::kLocalTime, {value.localTime().nanosOfDay});
            return;
        case Kind::Time:
            integers(tags::kTime, {value.time().nanosOfDay, value.time().offsetSeconds});
            return;
        case Kind::LocalDateTime:
            integers(tags::kLocalDateTime, {value.localDateTime().seconds, value.localDateTime().nanos});
            return;
        case Kind::Duration: {
            const engine::Duration& span = value.duration();
            integers(tags::kDuration, {span.months, span.days, span.seconds, span.nanos});
            return;
        }
        default:
            writeInstant(value.zonedDateTime());
            return;
        }
    }

    void integers(std::uint8_t tag, std::initializer_list<std::int64_t> numbers) {
        pack_.structure(numbers.size(), tag);
        for (const std::int64_t number : numbers) {
            pack_.integer(number);
        }
    }

    void writeInstant(const engine::ZonedDateTime& when) {
        const bool utc = form_.instants == Instants::Utc;
        const std::int64_t seconds = utc ? when.epochSeconds : when.local().seconds;
        if (when.zone.empty()) {
            integers(utc ? tags::kDateTime : tags::kWallClockDateTime,
                     {seconds, when.nanos, when.offsetSeconds});
            return;
        }
        pack_.structure(3, utc ? tags::kDateTimeZoneId : tags::kWallClockDateTimeZoneId);
        pack_.integer(seconds);
        pack_.integer(when.nanos);
        pack_.text(when.zone);
    }

    void writeProperties(const engine::Properties& properties) {
        pack_.map(properties.size());
        for (const auto& [key, value] : properties) {
            pack_.text(graph().catalog().keys().name(key.value));
            write(value);
        }
    }

    template <typename Id>
    void writeElementId(Id id) {
        if (form_.element_ids) {
            pack_.text(elementId(id));
        }
    }

    void writeNode(engine::NodeId id) {
        const std::optional<engine::NodeRecord> found = graph().node(id);
        const engine::NodeRecord record = found ? *found : engine::NodeRecord{};
        pack_.structure(form_.element_ids ? 4 : 3, tags::kNode);
        pack_.integer(id.value);
        pack_.list(record.labels.size());
        for (const engine::LabelId label : record.labels) {
            pack_.text(graph().catalog().labels().name(label.value));
        }
        writeProperties(record.properties);
        writeElementId(id);
    }

    void writeRelationship(engine::RelId id) {
        const engine::RelRecord record = graph().relationshipOrDeleted(id);
        pack_.structure(form_.element_ids ? 8 : 5, tags::kRelationship);
        pack_.integer(id.value);
        pack_.integer(record.start.value);
        pack_.integer(record.end.value);
        pack_.text(graph().catalog().types().name(record.type.value));
        writeProperties(record.properties);
        writeElementId(id);
        writeElementId(record.start);
        writeElementId(record.end);
    }

    void writeUnbound(engine::RelId id) {
        const engine::RelRecord record = graph().relationshipOrDeleted(id);
        pack_.structure(form_.element_ids ? 4 : 3, tags::kUnboundRelationship);
        pack_.integer(id.value);
        pack_.text(graph().catalog().types().name(record.type.value));
        writeProperties(record.properties);
        writeElementId(id);
    }

    template <typename Id>
    static std::int64_t placeOf(std::vector<Id>& ids, Id id) {
        const auto found = std::find(ids.begin(), ids.end(), id);
        const std::int64_t place = found - ids.begin();
        if (found == ids.end()) {
            ids.push_back(id);
        }
        return place;
    }

    /// Each node and relationship once; steps as pairs of a relationship's place from 1, negative against its
    /// direction, and a node's place from 0.
    void writePath(const engine::Path& path) {
        std::vector<engine::NodeId> nodes{path.start};
        std::vector<engine::RelId> relationships;
        std::vector<std::int64_t> steps;
        for (const engine::PathStep& step : path.steps) {
            const std::int64_t place = placeOf(relationships, step.relationship) + 1;
            steps.push_back(step.direction == engine::Direction::Out ? place : -place);
            steps.push_back(placeOf(nodes, step.node));
        }
        pack_.structure(3, tags::kPath);
        pack_.list(nodes.size());
        for (const engine::NodeId node : nodes) {
            writeNode(node);
        }
        pack_.list(relationships.size());
        for (const engine::RelId relationship : relationships) {
            writeUnbound(relationship);
        }
        pack_.list(steps.size());
        for (const std::int64_t step : steps) {
            pack_.integer(step);
        }
    }

    PackWriter& pack_;
    const WireForm& form_;
    const query::GraphView& graph() const {
        if (graph_ == nullptr) {
            throw Error(ErrorCode::Internal, "A node or relationship without its graph.");
        }
        return *graph_;
    }
    const query::GraphView* graph_;
};

}  // namespace

void packValue(PackWriter& pack, const engine::Value& value, const WireForm& form,
               const query::GraphView& graph) {
    ValuePacker(pack, form, &graph).write(value);
}

void packPlainValue(PackWriter& pack, const engine::Value& value, const WireForm& form) {
    ValuePacker(pack, form, nullptr).write(value);
}

}  // namespace xinpu::server::bolt
