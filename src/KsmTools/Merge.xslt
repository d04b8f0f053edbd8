<?xml version="1.0" encoding="utf-8"?>
<!-- Makes one file of the view files or type files that <Files> names, without the white space and comments that only people need. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output encoding="utf-8" />
  <xsl:strip-space elements="*" />
  <xsl:preserve-space elements="Text" />

  <xsl:template match="/Files[@Kind = 'Views']">
    <Configuration>
      <ViewDefinitions>
        <xsl:for-each select="File">
          <xsl:sort />
          <xsl:apply-templates select="document(string())/Configuration/ViewDefinitions/View" />
        </xsl:for-each>
      </ViewDefinitions>
    </Configuration>
  </xsl:template>

  <xsl:template match="/Files[@Kind = 'Types']">
    <Types>
      <xsl:for-each select="File">
        <xsl:sort />
        <xsl:apply-templates select="document(string())/Types/Type" />
      </xsl:for-each>
    </Types>
  </xsl:template>

  <xsl:template match="*">
    <xsl:copy>
      <xsl:apply-templates />
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>
