// bench/peers/ideal_csr/csv.cpp
// Files and fields of the generator's CSV form.

#include "bench/peers/ideal_csr/csv.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace xinpu::bench {

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::string text(file ? static_cast<std::size_t>(file.tellg()) : 0, '\0');
    file.seekg(0);
    if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
        std::perror(path.c_str());
        std::exit(1);
    }
    return text;
}

int parseDate(std::string_view text) {
    if (text.empty()) {
        return kOpenDate;
    }
    int digits = 0;
    for (const char c : text) {
        if (c != '-') {
            digits = digits * 10 + (c - '0');
        }
    }
    return digits;
}

std::uint64_t parseHundredths(std::string_view text) {
    std::uint64_t digits = 0;
    for (const char c : text) {
        if (c != '.') {
            digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
        }
    }
    return digits;
}

}  // namespace xinpu::bench
