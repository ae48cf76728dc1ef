// tests/fuzz/header_form_fuzz.cpp
// Any line as a header of graph CSV: it is refused with an Error, or written and read back the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz_check.h"
#include "loaders/header_form.h"
#include "xinpu/error.h"

using namespace xinpu::loaders;

namespace {

void fuzz(HeaderKind kind, const std::vector<std::string_view>& fields) {
    GraphHeader header;
    try {
        header = parseGraphHeader(kind, fields, "fuzz.csv");
    } catch (const xinpu::Error& error) {
        FUZZ_CHECK(error.code() == xinpu::ErrorCode::Data);
        return;
    }
    FUZZ_CHECK(header.columns.size() == fields.size());
    std::vector<std::string> texts;
    for (const HeaderColumn& column : header.columns) {
        texts.push_back(toText(column));
    }
    const std::vector<std::string_view> again(texts.begin(), texts.end());
    FUZZ_CHECK(parseGraphHeader(kind, again, "fuzz.csv").columns == header.columns);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view line(reinterpret_cast<const char*>(data), size);
    try {
        parseImportSource(HeaderKind::Nodes, line);
    } catch (const xinpu::Error& error) {
        FUZZ_CHECK(error.code() == xinpu::ErrorCode::Usage);
    }
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t at = line.find('\n');
        fields.push_back(line.substr(0, at));
        if (at == std::string_view::npos) {
            break;
        }
        line.remove_prefix(at + 1);
    }
    fuzz(HeaderKind::Nodes, fields);
    fuzz(HeaderKind::Relationships, fields);
    return 0;
}
