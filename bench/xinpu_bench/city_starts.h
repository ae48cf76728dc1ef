// bench/xinpu_bench/city_starts.h
#pragma once
// The start firms of a workload, in the order in which every engine is asked.

#include <filesystem>
#include <string>
#include <vector>

namespace xinpu::bench {

struct Start {
    std::string uscc;
    std::string stratum;
};

/// Rows `uscc,stratum,…`. The strata small, medium, large, hub are interleaved, so that every prefix is
/// stratified; rows of other strata (a batch) keep their order. At most `most`.
std::vector<Start> readStarts(const std::filesystem::path& file, std::size_t most);

}  // namespace xinpu::bench
