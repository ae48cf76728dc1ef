// engine/txn/bitmap_values.h
#pragma once
// Which bitmaps a node stands in: the values of labels and of Bitmap and DateBitmap indexes.

#include <string>
#include <vector>

#include "engine/catalog/catalog.h"
#include "engine/graph/record.h"

namespace xinpu::engine {

std::string labelBitmapValue(LabelId label);
/// The bitmap value of one property value: its ordered key, or a digest where that is too long.
std::string bitmapValue(const Value& value);
/// All bitmaps of a family in which a record with these properties stands. None if the property is absent.
std::vector<std::string> bitmapValues(const IndexDefinition& index, const Properties& properties);

}  // namespace xinpu::engine
