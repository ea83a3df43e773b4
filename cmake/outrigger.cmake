# How our own code is put together: one static library for each folder of source/, one test program
# for each folder of test/unit/.

set(OUTRIGGER_WARNINGS -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
    -Wno-deprecated-declarations)  # of the API: old fields are still sent
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND OUTRIGGER_WARNINGS -Werror)  # the compiler that builds what we ship
endif()

# outrigger_library(folder DEPS target...): every .cc below source/<folder> but main.cc, as
# outrigger::<folder>. A folder without .cc files, or not there yet, only passes its dependencies
# on.
function(outrigger_library folder)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/source/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  set(target outrigger_lib_${folder})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_compile_options(${target} PRIVATE ${OUTRIGGER_WARNINGS})
    target_link_libraries(${target} PUBLIC ${ARG_DEPS})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${ARG_DEPS})
  endif()
  add_library(outrigger::${folder} ALIAS ${target})
endfunction()

# outrigger_program(name SOURCES file... DEPS target...): lies in the top of the build folder. Does
# nothing while its first source is not there yet.
function(outrigger_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  list(GET ARG_SOURCES 0 main)
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${main})
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${OUTRIGGER_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# What tests themselves are compiled with: half the compile time, and what they test is not theirs.
set(OUTRIGGER_TEST_OPTIONS ${OUTRIGGER_WARNINGS} -O0 -fno-sanitize=undefined)

# outrigger_test(name LABEL label SOURCES file... DEPS target...): a program of GoogleTest, each of
# whose tests ctest runs in a process of its own.
function(outrigger_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${OUTRIGGER_TEST_OPTIONS})
  # allocation_count replaces operator new: only programs that ask for it get it, the others keep
  # the sanitizers' own.
  foreach(source ${ARG_SOURCES})
    file(STRINGS ${source} counts_allocations REGEX "^#include .*allocation_count\\.h")
    if(counts_allocations)
      target_link_libraries(${name} PRIVATE outrigger::allocation_count)
      break()
    endif()
  endforeach()
  # stdc++ first: mold takes the first that defines a weak symbol, and members of our archives hold
  # weak copies of what libstdc++ exports. They would be linked into tests that have nothing to do
  # with them.
  target_link_libraries(${name} PRIVATE stdc++ outrigger::test_support ${ARG_DEPS} outrigger::api GTest::gmock
                                        GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 60 LABELS ${ARG_LABEL})
endfunction()
