// tests/differential/query/words.h
#pragma once
// The labels, types and values that random graphs and statements are made of.

#include <string>
#include <vector>

namespace xinpu::naive {

inline const std::vector<std::string> kLabels{"A", "B", "C"};
inline const std::vector<std::string> kTypes{"R", "S", "T"};
inline const std::vector<std::string> kTexts{"'a'", "'b'", "'ab'", "''"};
inline const std::vector<std::string> kMixed{"1",     "1.0", "2",          "'a'", "true",
                                             "false", "[1]", "[1.0, 2.0]", "0.5"};
inline const std::vector<std::string> kComparisons{"=", "<>", "<", "<=", ">", ">="};

}  // namespace xinpu::naive
