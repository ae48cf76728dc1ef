// server/bolt/structures.h
#pragma once
// Values of the language as Bolt writes them: scalars of PackStream, and structures for the rest.

#include "engine/value/value.h"
#include "query/view/graph_view.h"
#include "server/bolt/packstream.h"
#include "server/bolt/protocol.h"

namespace xinpu::server::bolt {

/// What the agreed version and patches say about structures.
struct WireForm {
    bool element_ids = true;  ///< since 5.0 beside the numbers
    Instants instants = Instants::Utc;

    static WireForm of(Version version) noexcept {
        return version.major >= 5 ? WireForm{} : WireForm{false, Instants::WallClock};
    }
};

/// Writes one value; decimals as texts with their digits. Nodes and relationships are read through `graph`;
/// one that the statement deleted has no labels and no properties.
/// @throws Error(Corrupt)
void packValue(PackWriter& pack, const engine::Value& value, const WireForm& form,
               const query::GraphView& graph);

/// The same for a value that holds no node, relationship or path.
/// @throws Error(Internal) it does
void packPlainValue(PackWriter& pack, const engine::Value& value, const WireForm& form);

}  // namespace xinpu::server::bolt
