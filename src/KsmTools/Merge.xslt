<?xml version="1.0" encoding="utf-8"?>
<!-- Makes one file of the view files or type files within <Views> or <Types>, without the white space and comments that only people need. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output encoding="utf-8" />
  <xsl:strip-space elements="*" />
  <xsl:preserve-space elements="Text" />

  <xsl:template match="/Views">
    <Configuration>
      <ViewDefinitions>
        <xsl:apply-templates select="Configuration/ViewDefinitions/View" />
      </ViewDefinitions>
    </Configuration>
  </xsl:template>

  <xsl:template match="/Types">
    <Types>
      <xsl:apply-templates select="Types/Type" />
    </Types>
  </xsl:template>

  <xsl:template match="*">
    <xsl:copy>
      <xsl:apply-templates />
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
