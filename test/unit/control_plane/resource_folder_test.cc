#include "control_plane/resource_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "envoy/config/cluster/v3/cluster.pb.h"

namespace outrigger::control_plane {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

FileChange Text(const std::string& path, const std::string& text) { return {path, text}; }
FileChange Gone(const std::string& path) { return {path, absl::NotFoundError(path)}; }

std::vector<std::string> ClusterNames(const ResourceFolder& folder, const std::string& node_id) {
  std::vector<std::string> names;
  for (const auto& [name, resource] : folder.ViewFor(node_id)->Of(ResourceType::kCluster)) {
    names.push_back(name);
  }
  return names;
}

const Resource& Cluster(const ResourceFolder& folder, const std::string& node_id,
                        const std::string& name) {
  return *folder.ViewFor(node_id)->Of(ResourceType::kCluster).at(name);
}

TEST(ResourceFolderTest, AFileHoldsOneResourceOrAList) {
  ResourceFolder folder;
  EXPECT_THAT(folder.Apply({Text("clusters/one.yaml", "name: a"),
                            Text("clusters/two.yaml", "- name: b\n- name: c\n"),
                            Text("clusters/none.yaml", "# nothing yet\n")}),
              IsEmpty());
  EXPECT_THAT(ClusterNames(folder, ""), ElementsAre("a", "b", "c"));
  EXPECT_EQ(folder.resource_count(), 3u);
}

TEST(ResourceFolderTest, WhatComesAgainAsItWasIsNoticed) {
  ResourceFolder folder;
  folder.Apply({Text("clusters/a.yaml", "name: a"), Text("routes/r.yaml", "name: r")});
  EXPECT_THAT(folder.TakeRewritten(), IsEmpty());
  folder.Apply({Text("clusters/a.yaml", "{name: a}"), Text("routes/r.yaml", "name: other")});
  EXPECT_THAT(folder.TakeRewritten(), ElementsAre(ResourceType::kCluster));
  EXPECT_THAT(folder.TakeRewritten(), IsEmpty());
}

TEST(ResourceFolderTest, BytesAreTheSerialisedResource) {
  ResourceFolder folder;
  ASSERT_THAT(folder.Apply({Text("clusters/a.yaml", "{name: a, connectTimeout: 0.25s}")}),
              IsEmpty());
  envoy::config::cluster::v3::Cluster cluster;
  ASSERT_TRUE(cluster.ParseFromString(Cluster(folder, "", "a").bytes));
  EXPECT_EQ(cluster.connect_timeout().nanos(), 250'000'000);
}

TEST(ResourceFolderTest, EndpointsAreNamedByTheirCluster) {
  ResourceFolder folder;
  ASSERT_THAT(folder.Apply({Text("endpoints/e.yaml", "cluster_name: web")}), IsEmpty());
  EXPECT_TRUE(folder.ViewFor("")->Of(ResourceType::kEndpoint).contains("web"));
}

TEST(ResourceFolderTest, AVersionDependsOnTheContentAlone) {
  ResourceFolder first;
  ResourceFolder second;
  ASSERT_THAT(first.Apply({Text("clusters/a.yaml", "name: a\nalt_stat_name: x\n")}), IsEmpty());
  ASSERT_THAT(second.Apply({Text("clusters/b.yml", "- {altStatName: x, name: a}")}), IsEmpty());
  EXPECT_EQ(Cluster(first, "", "a").version, Cluster(second, "", "a").version);
  ASSERT_THAT(second.Apply({Text("clusters/b.yml", "- {altStatName: y, name: a}")}), IsEmpty());
  EXPECT_NE(Cluster(first, "", "a").version, Cluster(second, "", "a").version);
}

TEST(ResourceFolderTest, ABrokenFileKeepsItsLastValidContent) {
  ResourceFolder folder;
  ASSERT_THAT(folder.Apply({Text("clusters/a.yaml", "name: a")}), IsEmpty());
  EXPECT_THAT(folder.Apply({Text("clusters/a.yaml", "name: a\nno_such_field: 1\n")}),
              ElementsAre(::testing::AllOf(HasSubstr("clusters/a.yaml"), HasSubstr("no_such_field"),
                                           HasSubstr("last valid content"))));
  EXPECT_THAT(ClusterNames(folder, ""), ElementsAre("a"));
}

TEST(ResourceFolderTest, AnUnreadableFileKeepsItsLastValidContent) {
  ResourceFolder folder;
  ASSERT_THAT(folder.Apply({Text("clusters/a.yaml", "name: a")}), IsEmpty());
  EXPECT_THAT(folder.Apply({{"clusters/a.yaml", absl::UnavailableError("no permission")}}),
              ElementsAre(HasSubstr("no permission")));
  EXPECT_THAT(ClusterNames(folder, ""), ElementsAre("a"));
}

TEST(ResourceFolderTest, AListIsTakenWholeOrNotAtAll) {
  ResourceFolder folder;
  EXPECT_THAT(folder.Apply({Text("clusters/a.yaml", "- name: a\n- connect_timeout: 1s\n")}),
              ElementsAre(::testing::AllOf(HasSubstr("line 2"), HasSubstr("no name"))));
  EXPECT_THAT(ClusterNames(folder, ""), IsEmpty());
}

TEST(ResourceFolderTest, ANameTwiceInOneFileBreaksIt) {
  ResourceFolder folder;
  EXPECT_THAT(folder.Apply({Text("clusters/a.yaml", "- name: a\n- name: a\n")}),
              ElementsAre(HasSubstr("twice")));
}

TEST(ResourceFolderTest, OfTwoFilesTheFirstPathWinsAndTheOtherIsNamed) {
  ResourceFolder folder;
  EXPECT_THAT(folder.Apply({Text("clusters/b.yaml", "{name: x, alt_stat_name: b}"),
                            Text("clusters/a.yaml", "{name: x, alt_stat_name: a}")}),
              ElementsAre("clusters/b.yaml: x is ignored, it is in clusters/a.yaml too"));
  EXPECT_THAT(Cluster(folder, "", "x").bytes, HasSubstr("a"));
}

TEST(ResourceFolderTest, ARemovedFileTakesItsResourcesAlong) {
  ResourceFolder folder;
  ASSERT_THAT(
      folder.Apply({Text("clusters/a.yaml", "name: a"), Text("clusters/b.yaml", "name: b")}),
      IsEmpty());
  EXPECT_THAT(folder.Apply({Gone("clusters/a.yaml"), Gone("clusters/never.yaml")}), IsEmpty());
  EXPECT_THAT(ClusterNames(folder, ""), ElementsAre("b"));
}

TEST(ResourceFolderTest, ANodesOwnFilesComeBeforeTheSharedOnes) {
  ResourceFolder folder;
  ASSERT_THAT(folder.Apply({Text("clusters/a.yaml", "- name: a\n- name: b\n"),
                            Text("nodes/n~1.x/clusters/a.yaml", "- name: b\n- name: c\n")}),
              IsEmpty());
  EXPECT_THAT(ClusterNames(folder, "n~1.x"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ClusterNames(folder, "other"), ElementsAre("a", "b"));
  ASSERT_THAT(folder.Apply({Gone("nodes/n~1.x/clusters/a.yaml")}), IsEmpty());
  EXPECT_THAT(ClusterNames(folder, "n~1.x"), ElementsAre("a", "b"));
}

TEST(ResourceFolderTest, OnlyVisibleYamlAndJsonFilesInKnownFoldersAreResources) {
  for (const char* path : {"clusters/a.yaml", "nodes/n/routes/a.json", "secrets/a.yml"}) {
    EXPECT_TRUE(ResourceFolder::PlaceOf(path).has_value()) << path;
  }
  for (const char* path : {"a.yaml", "clusters/.a.yaml", "clusters/a.yaml~", "clusters/x/a.yaml",
                           "nodes/n/a.yaml", "other/a.yaml", "", "nodes//"}) {
    EXPECT_FALSE(ResourceFolder::PlaceOf(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace outrigger::control_plane
