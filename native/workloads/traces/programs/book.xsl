<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:key name="k" match="p" use="@class"/>
<xsl:template match="book"><html><body><ul><xsl:for-each select="chapter"><xsl:sort select="title"/><li><a href="#{@id}"><xsl:value-of select="title"/> (<xsl:value-of select="count(p)"/>)</a></li></xsl:for-each></ul><xsl:apply-templates/><p><xsl:value-of select="count(key('k','a'))"/></p></body></html></xsl:template>
<xsl:template match="chapter"><h1 id="{@id}"><xsl:value-of select="translate(title,'abc','ABC')"/></h1><xsl:apply-templates select="p"/></xsl:template>
<xsl:template match="p[@class='a']"><p><xsl:apply-templates/></p></xsl:template>
<xsl:template match="p"><div><xsl:value-of select="concat(position(),': ',normalize-space(.))"/></div></xsl:template>
<xsl:template match="em"><i><xsl:value-of select="substring-before(concat(.,'z'),'z')"/></i></xsl:template>
</xsl:stylesheet>
