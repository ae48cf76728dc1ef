# What every target of xinpu shares: C++20, warnings, sanitizers, ccache, the libraries, and xinpu_room().

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(XINPU_CCACHE ccache)
if(XINPU_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${XINPU_CCACHE})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(RapidJSON CONFIG REQUIRED)
find_package(roaring CONFIG REQUIRED)
find_package(date CONFIG REQUIRED)
pkg_check_modules(lmdb REQUIRED IMPORTED_TARGET lmdb)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)

add_library(xinpu_warnings INTERFACE)
target_compile_options(xinpu_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual)
if(XINPU_WARNINGS_AS_ERRORS)
  target_compile_options(xinpu_warnings INTERFACE -Werror)
endif()

if(XINPU_SANITIZE)
  add_compile_options(-fsanitize=${XINPU_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${XINPU_SANITIZE})
endif()
# What programs allocate with (docs/decisions/0013); libraries and tests take what their process has.
add_library(xinpu_allocator INTERFACE)
if(NOT XINPU_SANITIZE)
  target_link_libraries(xinpu_allocator INTERFACE PkgConfig::jemalloc)
endif()
if(XINPU_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

# xinpu_room(name SOURCES ... [USES targets of other rooms ...] [LINKS third-party targets ...])
# One static library per folder, alias xinpu::<name>. USES are PUBLIC, third-party LINKS are PRIVATE: a room's
# public headers name only our own types.
function(xinpu_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LINKS" ${ARGN})
  add_library(xinpu_${name} STATIC ${ROOM_SOURCES})
  add_library(xinpu::${name} ALIAS xinpu_${name})
  target_include_directories(xinpu_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(xinpu_${name} PUBLIC ${ROOM_USES} PRIVATE ${ROOM_LINKS} xinpu_warnings)
endfunction()

# xinpu_test(name SOURCES ... USES ...): a GoogleTest program that ctest runs as one test.
function(xinpu_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_USES} GTest::gtest GTest::gtest_main xinpu_warnings)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
