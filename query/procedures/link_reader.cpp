// query/procedures/link_reader.cpp
// Entries with covered slots on the fast way, records where a slot cannot tell or the transaction changed
// things.

#include "query/procedures/link_reader.h"

#include <fmt/format.h>

#include "engine/value/order.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Direction;
using engine::EntryBlock;
using engine::kSlotAbsent;
using engine::kSlotSeeRecord;
using engine::NodeId;
using engine::RelId;
using engine::SlotCodec;
using engine::Value;

LinkFilter linkFilter(const GraphView& view, const Options& options) {
    const engine::Catalog& catalog = view.catalog();
    LinkFilter filter;
    if (const auto type = options.optionalText("type")) {
        filter.type = catalog.type(*type).value_or(engine::TypeId{});
    }
    if (const auto weight = options.optionalText("weight")) {
        filter.weight = catalog.key(*weight).value_or(engine::KeyId{});
        view.notice(*filter.weight);
    }
    filter.on = options.date("on");
    filter.validFrom = catalog.key("validFrom").value_or(engine::KeyId{});
    filter.validTo = catalog.key("validTo").value_or(engine::KeyId{});
    return filter;
}

LinkFilter linkFilterWithMin(const GraphView& view, const Options& options) {
    LinkFilter filter = linkFilter(view, options);
    const Value least = options.number("min");
    if (filter.weight) {
        filter.least = least.isNull() ? Value::of(0) : least;
    } else if (!least.isNull()) {
        options.require("weight");
    }
    return filter;
}

LinkReader::LinkReader(const GraphView& view, LinkFilter filter, Budget& budget)
    : view_(&view), filter_(std::move(filter)), budget_(&budget) {
    if (filter_.type) {
        types_.push_back(*filter_.type);
    }
    by_entries_ = filter_.type && filter_.type->valid() && view.pristine();
    if (by_entries_) {
        places_ = {placesOf(Direction::Out), placesOf(Direction::In)};
    }
}

LinkReader::Places LinkReader::placesOf(Direction direction) const {
    const engine::AdjacencyLayout& layout = view_->snapshot().adjacency(*filter_.type).layout();
    const auto& slots = layout.slots[static_cast<std::size_t>(direction)];
    Places places;
    if (filter_.weight && filter_.weight->valid() && !view_->hides(*filter_.type, *filter_.weight)) {
        places.weight = layout.slotOf(direction, *filter_.weight, false);
        if (places.weight) {
            places.codec = slots[*places.weight].codec;
        }
    }
    const auto datePlace = [&](engine::KeyId key) {
        std::optional<std::uint32_t> place;
        if (key.valid() && !view_->hides(*filter_.type, key)) {
            place = layout.slotOf(direction, key, false);
        }
        return place && slots[*place].codec.kind == SlotCodec::Kind::Date ? place : std::nullopt;
    };
    places.from = datePlace(filter_.validFrom);
    places.to = datePlace(filter_.validTo);
    return places;
}

void LinkReader::read(NodeId node, Direction direction, std::vector<Link>& links) {
    links.clear();
    if (filter_.type && !filter_.type->valid()) {
        return;
    }
    by_entries_ ? readEntries(node, direction, links) : readRecords(node, direction, links);
}

void LinkReader::readEntries(NodeId node, Direction direction, std::vector<Link>& links) {
    const auto view = view_->snapshot().adjacency(*filter_.type);
    view.forEachBlock(node, direction, [&](const EntryBlock& block, Direction seen) {
        const Places& places = places_[static_cast<std::size_t>(seen)];
        budget_->step(block.count);
        for (std::uint32_t i = 0; i < block.count; ++i) {
            if (direction == Direction::Both && seen == Direction::In && block.node(i) == node) {
                continue;  // a loop, met as Out already
            }
            if (filter_.on) {
                const std::int32_t from = places.from ? block.slot(i, *places.from) : kSlotSeeRecord;
                const std::int32_t to = places.to ? block.slot(i, *places.to) : kSlotSeeRecord;
                const bool valid = from == kSlotSeeRecord || to == kSlotSeeRecord
                                       ? validByRecord(block.relationship(i))
                                       : (from == kSlotAbsent || from <= filter_.on->days) &&
                                             (to == kSlotAbsent || filter_.on->days < to);
                if (!valid) {
                    continue;
                }
            }
            Value weight;
            if (filter_.weight) {
                const std::int32_t slot = places.weight ? block.slot(i, *places.weight) : kSlotSeeRecord;
                if (slot == kSlotSeeRecord) {
                    weight = property(block.relationship(i), *filter_.weight);
                } else if (slot != kSlotAbsent) {
                    weight = *engine::valueOfSlot(slot, places.codec);
                }
                if (!heavyEnough(weight)) {
                    continue;
                }
            }
            links.push_back({block.relationship(i), block.node(i), seen, std::move(weight)});
        }
    });
}

void LinkReader::readRecords(NodeId node, Direction direction, std::vector<Link>& links) {
    incidents_.clear();
    view_->expand(node, direction, types_, incidents_);
    budget_->step(incidents_.size() + 1);
    for (const Incident& incident : incidents_) {
        if (filter_.on && !validByRecord(incident.relationship)) {
            continue;
        }
        Value weight;
        if (filter_.weight) {
            weight = property(incident.relationship, *filter_.weight);
            if (!heavyEnough(weight)) {
                continue;
            }
        }
        links.push_back({incident.relationship, incident.neighbour, incident.direction, std::move(weight)});
    }
}

bool LinkReader::heavyEnough(const Value& weight) const noexcept {
    if (!weight.isNumber()) {
        return false;
    }
    if (filter_.least.isNull()) {
        return true;
    }
    const auto order = engine::compareValues(weight, filter_.least);
    return order && *order >= 0;
}

bool LinkReader::validByRecord(RelId relationship) const {
    const Value on = Value::of(*filter_.on);
    const Value from = property(relationship, filter_.validFrom);
    if (!from.isNull()) {
        const auto order = engine::compareValues(from, on);
        if (!order || !(*order <= 0)) {
            return false;
        }
    }
    const Value to = property(relationship, filter_.validTo);
    if (to.isNull()) {
        return true;
    }
    const auto order = engine::compareValues(on, to);
    return order && *order < 0;
}

Value LinkReader::property(RelId relationship, engine::KeyId key) const {
    return key.valid() ? view_->property(relationship, key) : Value::null();
}

void WalkMemory::release() noexcept {
    if (held_ != 0) {
        budget_->memory(-static_cast<std::int64_t>(held_));  // giving back never throws
        held_ = 0;
    }
}

std::string elementIdOf(NodeId node) {
    return fmt::format("n:{}", node.value);
}

}  // namespace xinpu::query
