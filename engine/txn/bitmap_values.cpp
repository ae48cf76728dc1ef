// engine/txn/bitmap_values.cpp
// Values of bitmaps.

#include "engine/txn/bitmap_values.h"

#include "engine/index/bitmap_index.h"
#include "engine/journal/digest.h"
#include "engine/store/table.h"
#include "engine/value/ordered_key.h"

namespace xinpu::engine {
namespace {
constexpr char kDigestMark = '\xff';  ///< greater than every ordered key's first byte
}

std::string labelBitmapValue(LabelId label) {
    return KeyBuilder().u32(label.value).text();
}

std::string bitmapValue(const Value& value) {
    std::string key;
    encodeOrderedKey(value, key);
    if (key.size() > kBitmapValueBytesMax) {
        const Digest digest = sha256(key);
        key.assign(1, kDigestMark).append(reinterpret_cast<const char*>(digest.data()), digest.size());
    }
    return key;
}

std::vector<std::string> bitmapValues(const IndexDefinition& index, const Properties& properties) {
    const Value value = propertyOf(properties, index.keys.front());
    if (value.isNull()) {
        return {};
    }
    if (index.kind == IndexKind::DateBitmap) {
        return value.kind() == Kind::Date ? DateBitmaps::valuesOf(value.date()) : std::vector<std::string>{};
    }
    return {bitmapValue(value)};
}

}  // namespace xinpu::engine
